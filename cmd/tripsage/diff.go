package main

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/stacks"
)

func diffCommand(f *flags) *cobra.Command {
	var all bool
	command := &cobra.Command{
		Use: "diff A B", Short: "Show in which configuration two stacks differ", Args: cobra.ExactArgs(2),
		Long: `Show the configuration keys in which two stacks differ, with their values after
defaults. It needs no cluster and no passphrase. Secrets are compared only by
being set or not.`,
		Example: "  tripsage diff staging production",
		RunE: func(cmd *cobra.Command, args []string) error {
			project, err := findProject(f.project)
			if err != nil {
				return err
			}
			return diff(cmd.OutOrStdout(), project, args[0], args[1], all, f.json)
		},
	}
	command.Flags().BoolVar(&all, "all", false, "show the keys that do not differ, too")
	return command
}

// comparison is what diff reports as JSON.
type comparison struct {
	A    string              `json:"a"`
	B    string              `json:"b"`
	Keys []stacks.Difference `json:"keys"`
}

func diff(out io.Writer, project, a, b string, all, asJSON bool) error {
	keys, err := stacks.Compare(project, a, b)
	if err != nil {
		return err
	}
	differing := slices.DeleteFunc(slices.Clone(keys), func(one stacks.Difference) bool { return !one.Differs })
	shown := differing
	if all {
		shown = keys
	}
	if asJSON {
		return writeJSON(out, comparison{A: a, B: b, Keys: shown})
	}
	_, err = io.WriteString(out, differenceTable(a, b, shown, len(differing), len(keys)))
	return err
}
