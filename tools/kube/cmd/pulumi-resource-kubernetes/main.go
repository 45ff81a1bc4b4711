// Command pulumi-resource-kubernetes is the official provider, built from its
// module. The module's own main embeds a generated file that the module does
// not carry, so this one reads the schema from the plugin's folder instead.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is the release that the pinned commit was tagged as.
const version = "4.25.0"

func main() {
	schema, err := readSchema()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-kubernetes:", err)
		os.Exit(1)
	}
	provider.Serve("kubernetes", version, schema, nil)
}

func readSchema() ([]byte, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(filepath.Dir(program), "schema.json"))
}
