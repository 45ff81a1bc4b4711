package githubdelivery

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newValues creates the environment's variables and secrets. A value keeps its
// name when it is replaced, so the old one is deleted first; the other order
// would delete what was just written.
func newValues(ctx *pulumi.Context, o owner, environment pulumi.StringOutput, args Args) error {
	for _, name := range slices.Sorted(maps.Keys(args.Variables)) {
		_, err := github.NewActionsEnvironmentVariable(ctx, o.logical+"-var-"+name, &github.ActionsEnvironmentVariableArgs{
			Repository:   o.repository,
			Environment:  environment,
			VariableName: pulumi.String(name),
			Value:        pulumi.String(args.Variables[name]),
		}, o.parent(), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(args.Secrets)) {
		// Marked here as well: the caller may have passed an output that is not.
		value := pulumi.ToSecret(args.Secrets[name]).(pulumi.StringOutput)
		_, err := github.NewActionsEnvironmentSecret(ctx, o.logical+"-secret-"+name, &github.ActionsEnvironmentSecretArgs{
			Repository:     o.repository,
			Environment:    environment,
			SecretName:     pulumi.String(name),
			PlaintextValue: value,
		}, o.parent(), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return err
		}
	}
	return nil
}
