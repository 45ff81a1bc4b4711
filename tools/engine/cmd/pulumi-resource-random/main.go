// Command pulumi-resource-random serves the few resource types of the
// pulumi-random package that our stacks use, under the same type tokens and
// with the same inputs and outputs (but for the deprecated "number") as the
// official plugin.
//
// It exists because the official plugin cannot be built from Go modules and a
// new machine has nowhere to download it from. An ordinary Pulumi install uses
// the official plugin.
//
// It stands on pulumi-go-provider's core rather than on its infer package:
// infer 1.3.2 does not compile against the pulumi/pkg version of our CLI, and
// a second copy of that module would double the build time.
package main

import (
	"context"
	"fmt"
	"os"
)

const (
	pluginName = "random"
	// pluginVersion is the version of github.com/pulumi/pulumi-random/sdk/v4
	// whose types are served here; the engine looks the plugin up by it.
	pluginVersion = "4.21.2"
)

func main() {
	if err := newProvider().Run(context.Background(), pluginName, pluginVersion); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-random: %v\n", err)
		os.Exit(1)
	}
}
