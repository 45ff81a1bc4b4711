package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Options say what to run and where.
type Options struct {
	// Project is the folder with Pulumi.yaml and Pulumi.<stack>.yaml. It is
	// only read.
	Project string
	// Stack is the stack's plain name, for instance "local".
	Stack string
	// Home is the folder for everything that is kept: state, passphrase,
	// plugins, working copies. It is made with mode 0700.
	Home string
	// Backend is where the state is, as a URL of Pulumi's: s3://, gs://,
	// azblob://, https:// (Pulumi Cloud) or file:// (a shared folder). Empty:
	// under Home. A state that others share is encrypted with what the stack
	// file names (encryptionsalt or secretsprovider), never with our own
	// passphrase; and its locks are left to Pulumi, because who holds one may
	// be on another machine.
	Backend string
	// PulumiRoot is the folder whose bin/pulumi is the CLI.
	PulumiRoot string
	// Plugins maps "resource-kubernetes-v4.25.0" to the folder that holds
	// that plugin's binary. No other plugin is used and none is downloaded.
	Plugins map[string]string
	// Env is added to the environment of the engine and its plugins, for
	// instance KUBECONFIG. Never put a secret here: other processes of the
	// same user can read it.
	Env map[string]string
	// Config overrides values of the stack file. Keys have their namespace
	// ("tripsage:images"); values may be nested maps and lists.
	Config map[string]any
	// Program is the stack's program. Up and Preview need it.
	Program pulumi.RunFunc
	// Policy, when set, judges what Preview and Up are about to do.
	Policy *Policy
	// Refresh reads every resource's real state first. It is slow.
	Refresh bool
	// Progress, when set, receives what happens, in order, from one
	// goroutine. It must not block for long.
	Progress func(Event)
}

// validate reports every fault at once.
func (o Options) validate(needsProgram bool) error {
	var faults []error
	for _, folder := range []struct{ name, path string }{
		{"Project", o.Project}, {"Home", o.Home}, {"PulumiRoot", o.PulumiRoot},
	} {
		if folder.path == "" || !filepath.IsAbs(folder.path) {
			faults = append(faults, fmt.Errorf("engine option %s is %q; it must be an absolute path", folder.name, folder.path))
		}
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`).MatchString(o.Stack) {
		faults = append(faults, fmt.Errorf("stack name %q must be 1 to 100 letters, digits, '.', '_' or '-'", o.Stack))
	}
	if err := checkBackend(o.Backend); err != nil {
		faults = append(faults, err)
	}
	if o.Policy != nil && !filepath.IsAbs(o.Policy.Pack) {
		faults = append(faults, fmt.Errorf("engine option Policy.Pack is %q; it must be an absolute path", o.Policy.Pack))
	}
	if needsProgram && o.Program == nil {
		faults = append(faults, errors.New("engine option Program is missing"))
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	cli := filepath.Join(o.PulumiRoot, "bin", "pulumi")
	if _, err := os.Stat(cli); err != nil {
		return fmt.Errorf("no Pulumi CLI at %s: %w", cli, err)
	}
	return nil
}
