package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
	"github.com/tripsage/infrastructure/stacks"
)

func statusCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show what is running and where it can be reached", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return status(cmd.Context(), s) })
		},
	}
}

// report is what status prints.
type report struct {
	Stack   string `json:"stack"`
	Running bool   `json:"running"`
	// Nodes is real, simulated or, for a cluster that is not ours, external.
	Nodes string `json:"nodes"`
	// Simulated says why pods do not run.
	Simulated  string    `json:"simulated,omitempty"`
	Kubeconfig string    `json:"kubeconfig"`
	API        apiReport `json:"api"`
	// Token is the command that signs a token for the API, where one can be
	// signed and something runs that takes it.
	Token string `json:"token,omitempty"`
	// Watch are the commands that lead to the monitoring's pages, where pods run.
	Watch   []string          `json:"watch,omitempty"`
	Outputs map[string]any    `json:"outputs,omitempty"`
	Cluster supervisor.Status `json:"cluster"`
}

func status(ctx context.Context, s *settings) error {
	t, err := s.choose(ctx)
	if err != nil {
		return err
	}
	r, err := s.report(ctx, t, s.engineOptions(t))
	if err != nil {
		return err
	}
	if s.json {
		return printJSON(r)
	}
	r.print(s.steps)
	return nil
}

func (s *settings) report(ctx context.Context, t target, options engine.Options) (report, error) {
	r := report{Stack: s.stack, Nodes: "external", Kubeconfig: t.kubeconfig, Running: true}
	if t.cluster != nil {
		r.Nodes = string(t.cluster.Nodes)
		r.Cluster, r.Running = t.cluster.Running(ctx)
	}
	if t.simulated != nil {
		r.Simulated = t.simulated.Error()
	}
	if !r.Running {
		return r, nil
	}
	var err error
	if options.PulumiRoot == "" && options.Backend != "" {
		built, err := s.engine(ctx)
		if err != nil {
			return r, err
		}
		options.PulumiRoot, options.Plugins = built.Root, built.Plugins
	}
	if options.PulumiRoot == "" {
		var known bool
		if options, known = s.knownEngine(ctx, options); !known {
			return r, nil // never built here, so no stack was ever up
		}
	}
	r.Outputs, err = engine.Outputs(ctx, options)
	if errors.Is(err, engine.ErrNoStack) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.API = askAPI(ctx, t, r.Outputs)
	stack, err := stacks.OperatorOf(s.stackFile())
	if stack.Tokens.Key != "" && t.simulated == nil {
		r.Token = "bin/tripsage --stack " + s.stack + " token --user ada@example.com"
	}
	if t.simulated == nil {
		r.Watch = watchCommands(s.stack, stack)
	}
	return r, err
}

// knownEngine finds the engine that up has used; status never builds one.
func (s *settings) knownEngine(ctx context.Context, options engine.Options) (engine.Options, bool) {
	built, ok := s.builder(nil).BuiltPulumi(ctx)
	options.PulumiRoot, options.Plugins = built.Root, built.Plugins
	return options, ok
}

func (r report) print(steps *progress.Printer) {
	if !r.Running {
		steps.Summary("The cluster is not running", []progress.Row{{Label: "Start it", Value: "make up"}})
		return
	}
	if r.Outputs == nil {
		steps.Summary("The cluster is running, the stack "+r.Stack+" is not up", []progress.Row{{Label: "Bring it up", Value: "make up"}})
		return
	}
	rows := []progress.Row{{Label: "kubectl", Value: "kubectl --kubeconfig " + r.Kubeconfig + " -n " + asText(r.Outputs["namespace"]) + " get pods"}}
	if r.Token != "" {
		rows = append([]progress.Row{{Label: "Token", Value: r.Token}}, rows...)
	}
	if len(r.Watch) > 0 {
		rows = append([]progress.Row{{Label: "Watch", Value: strings.Join(r.Watch, ", ")}}, rows...)
	}
	rows = append(r.API.rows(), rows...)
	title := "Stack " + r.Stack + " is up"
	if r.Simulated != "" {
		title += ", with simulated pods"
		rows = append(rows,
			progress.Row{Label: "Simulated", Value: "the API server holds every object and takes the migrations for done, but no container runs, and there is no database: " + r.Simulated},
			progress.Row{Label: "Real pods", Value: "run `make up` as root on Linux, or set KUBECONFIG to a cluster of yours"})
	}
	rows = append(rows, progress.Row{Label: "Stop", Value: "make down"})
	steps.Summary(title, rows)
}
