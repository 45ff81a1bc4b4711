package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// flags are the ones that every command has.
type flags struct {
	stack    string
	project  string
	stateDir string
	nodes    string
	backend  string
	running  bool
	json     bool
	policy   policyFlags
}

func rootCommand() *cobra.Command {
	var f flags
	root := &cobra.Command{
		Use:   "tripsage",
		Short: "Run the TripSage platform from this checkout",
		Long: `Run the TripSage platform from this checkout.

Without KUBECONFIG, a Kubernetes of its own is built and started on this
machine. With KUBECONFIG, the cluster that it names is used and nothing is
started.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	p := root.PersistentFlags()
	p.StringVar(&f.stack, "stack", "local", "stack: the name of a Pulumi.<stack>.yaml")
	p.StringVar(&f.project, "project", "", "folder with Pulumi.yaml (default: found from here upwards)")
	p.StringVar(&f.stateDir, "state-dir", "", "folder for the embedded cluster and the state (default: $XDG_STATE_HOME/tripsage or ~/.local/state/tripsage)")
	p.StringVar(&f.nodes, "nodes", "auto", "nodes of the embedded cluster: auto, real or simulated")
	p.StringVar(&f.backend, "backend", os.Getenv("TRIPSAGE_BACKEND"), "where the state is, for a stack that several machines deploy: a URL of Pulumi's such as s3://bucket (default: $TRIPSAGE_BACKEND, or under the state folder)")
	p.BoolVar(&f.json, "json", false, "print the result as JSON on standard output; progress goes to standard error")
	root.AddCommand(upCommand(&f), previewCommand(&f), deployCommand(&f), rollbackCommand(&f), verifyCommand(&f), downCommand(&f), statusCommand(&f),
		tokenCommand(&f), migrateCommand(&f), openCommand(&f), renderCommand(&f), diffCommand(&f), vercelJSONCommand(&f), imageCommand(&f),
		policyCommand(&f), ciCommand(), superviseCommand())
	return root
}

// settings are the flags, checked and completed.
type settings struct {
	stack, project, stateDir, cacheDir string
	kubeconfig                         string // of the cluster to use instead of the embedded one
	nodes                              string
	backend                            string // of a state that others share; "" for one of our own
	running                            bool   // take the API's images that serve, not those of the stack file
	json                               bool
	policy                             policySettings
	out                                *os.File // for what is not the result
	color                              bool
	steps                              *progress.Printer
}

func (f *flags) settings() (*settings, error) {
	s := &settings{stack: f.stack, nodes: f.nodes, backend: f.backend, running: f.running, json: f.json, kubeconfig: os.Getenv("KUBECONFIG")}
	var faults []error
	var err error
	if s.project, err = findProject(f.project); err != nil {
		faults = append(faults, err)
	} else if _, err := os.Stat(filepath.Join(s.project, "Pulumi."+f.stack+".yaml")); err != nil {
		faults = append(faults, fmt.Errorf("--stack %q: there is no Pulumi.%s.yaml in %s", f.stack, f.stack, s.project))
	}
	switch f.nodes {
	case "auto", string(localcluster.Real), string(localcluster.Simulated):
	default:
		faults = append(faults, fmt.Errorf("--nodes %q: expected auto, real or simulated", f.nodes))
	}
	if s.stateDir, err = stateDir(f.stateDir); err != nil {
		faults = append(faults, err)
	}
	if s.cacheDir, err = toolchain.CacheDir(); err != nil {
		faults = append(faults, err)
	}
	if s.policy, err = f.policy.settings(); err != nil {
		faults = append(faults, err)
	}
	s.out = os.Stdout
	if f.json {
		s.out = os.Stderr
	}
	how := progress.Detect(s.out, os.Getenv)
	s.color, s.steps = how.Color, progress.New(s.out, how)
	return s, errors.Join(faults...)
}

// registerRunning is for commands that take the stack file as a whole.
func (f *flags) registerRunning(command *cobra.Command) *cobra.Command {
	command.Flags().BoolVar(&f.running, "running", false, "take the API's images that serve now in place of the stack file's")
	return command
}

// run checks the flags, calls do and, as the last thing, ends the progress.
func (f *flags) run(do func(*settings) error) error {
	s, err := f.settings()
	if err != nil {
		return err
	}
	defer s.steps.Close()
	return do(s)
}

// findProject walks up to the folder that holds Pulumi.yaml.
func findProject(given string) (string, error) {
	dir, err := filepath.Abs(given)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "Pulumi.yaml")); err == nil {
			return at, nil
		}
		if given != "" || at == filepath.Dir(at) {
			return "", fmt.Errorf("no Pulumi.yaml in %s: run in a checkout, or name one with --project", dir)
		}
	}
}

func stateDir(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	if base := os.Getenv("XDG_STATE_HOME"); base != "" {
		return filepath.Join(base, "tripsage"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder for the state (%w): name a folder with --state-dir", err)
	}
	return filepath.Join(home, ".local", "state", "tripsage"), nil
}
