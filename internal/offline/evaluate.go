package offline

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Options say for whom the program runs.
type Options struct {
	// Project and Stack are the names that the program sees. Both are required.
	Project, Stack string
	// Config is the stack's configuration by full key ("project:name"), objects
	// as JSON, everything decrypted. Nothing is read from the environment.
	Config map[string]string
	// SecretKeys are those keys of Config that hold a secret.
	SecretKeys []string
	// Preview leaves unknown what a provider would compute, as the preview of
	// a stack does. Otherwise it is the zero value of its type.
	Preview bool
}

// Graph is what a program registered.
type Graph struct {
	// Resources are sorted by parent, type and name, so that the order does not
	// hang on the program's goroutines. The stack itself is not among them.
	Resources []Resource
}

// Evaluate runs the program in this process and returns what it registered.
// Cancelling the context cancels the program's own. The error is the program's,
// or says which of its demands cannot be met without an engine; what had been
// registered until then is returned along with it.
func Evaluate(ctx context.Context, program pulumi.RunFunc, o Options) (Graph, error) {
	if o.Project == "" || o.Stack == "" {
		return Graph{}, errors.New("offline.Evaluate: Options.Project and Options.Stack are required")
	}
	r := &recorder{}
	run, err := pulumi.NewContext(ctx, pulumi.RunInfo{
		Project: o.Project, Stack: o.Stack,
		Config: o.Config, ConfigSecretKeys: o.SecretKeys,
		DryRun: o.Preview, Mocks: r,
	})
	if err != nil {
		return Graph{}, fmt.Errorf("evaluate stack %s: %w", o.Stack, err)
	}
	err = errors.Join(pulumi.RunWithContext(run, program), run.Close())
	return Graph{Resources: r.sorted()}, err
}
