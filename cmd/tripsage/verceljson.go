package main

import (
	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/stacks"
)

func vercelJSONCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use: "vercel-json", Short: "Print the frontend's vercel.json that belongs to the stack", Args: cobra.NoArgs,
		Long: `Print the vercel.json that the stack's configuration asks for: headers, regions
and the limits of the functions. The stack publishes the same file to the
frontend's repository. It needs no cluster, no plugins and no passphrase.`,
		Example: "  tripsage vercel-json --stack staging",
		RunE: func(cmd *cobra.Command, _ []string) error {
			project, err := findProject(f.project)
			if err != nil {
				return err
			}
			text, err := stacks.VercelJSON(project, f.stack)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
}
