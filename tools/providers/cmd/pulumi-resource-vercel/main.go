// Command pulumi-resource-vercel serves the resource types of the Vercel
// package that our components use. See the module's documentation in go.mod.
package main

import (
	"context"
	"fmt"
	"os"

	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"

	"github.com/tripsage/infrastructure/tools/providers/vercel"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-vercel: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	plugin, err := vercel.Provider()
	if err != nil {
		return err
	}
	pfbridge.Main(context.Background(), vercel.Name, plugin.Info, pfbridge.ProviderMetadata{PackageSchema: plugin.Schema})
	return nil
}
