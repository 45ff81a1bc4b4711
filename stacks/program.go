package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/infra"
)

// Program is the Pulumi program: it loads the configuration of the stack,
// deploys what it asks for and exports where to find it. It registers nothing
// when the configuration has a fault.
func Program(ctx *pulumi.Context) error {
	spec, err := Load(ctx)
	if err != nil {
		return err
	}
	outputs, err := infra.Deploy(ctx, spec)
	if err != nil {
		return err
	}
	ctx.Export("namespace", outputs.Namespace)
	ctx.Export("apiService", outputs.APIService)
	ctx.Export("apiServicePort", outputs.APIServicePort)
	return nil
}
