package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
	"github.com/tripsage/infrastructure/stacks"
)

func renderCommand(f *flags) *cobra.Command {
	var out string
	command := &cobra.Command{
		Use: "render", Short: "Write the stack's Kubernetes objects as YAML, without a cluster", Args: cobra.NoArgs,
		Long: `Write the stack's Kubernetes objects as YAML, a file for each, for reviewers,
GitOps tools and linters. It needs no cluster, no plugins and no passphrase.

Secrets are redacted, what only a cluster computes says so, and the images that
up builds have a digest of zeros: the files are there to be read, compared and
checked, not to be applied as they are.

The folder is replaced as a whole, unless it holds files of others.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, err := findProject(f.project)
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(project, "rendered", f.stack)
			}
			return render(cmd.Context(), cmd.OutOrStdout(), project, f.stack, out, f.json)
		},
	}
	command.Flags().StringVar(&out, "out", "", "folder for the files (default: rendered/<stack> in the project)")
	return command
}

// rendered is what render reports as JSON.
type rendered struct {
	Stack   string            `json:"stack"`
	Folder  string            `json:"folder"`
	Objects []renderer.Object `json:"objects"`
}

func render(ctx context.Context, report io.Writer, project, stack, folder string, asJSON bool) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	graph, err := stacks.Offline(ctx, project, stack)
	if err != nil {
		return err
	}
	objects, err := renderer.Objects(graph)
	if err != nil {
		return err
	}
	if err := renderer.Replace(folder, stack, objects); err != nil {
		return err
	}
	if asJSON {
		return writeJSON(report, rendered{Stack: stack, Folder: folder, Objects: objects})
	}
	_, err = fmt.Fprintf(report, "wrote %d objects of stack %s to %s\n", len(objects), stack, fromHere(folder))
	return err
}

// fromHere shortens a path below the working folder.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	short, err := filepath.Rel(here, path)
	if err != nil || strings.HasPrefix(short, "..") {
		return path
	}
	return short
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
