// Command pulumi-resource-github serves the resource types of the GitHub
// package that our components use. See the module's documentation in go.mod.
package main

import (
	"fmt"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

	"github.com/tripsage/infrastructure/tools/providers/github"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-github: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	plugin, err := github.Provider()
	if err != nil {
		return err
	}
	tfbridge.Main(github.Name, github.Version, plugin.Info, plugin.Schema)
	return nil
}
