package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
)

func (w *imageWork) resolveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "resolve REGISTRY/NAME:TAG", Short: "Print the name by digest of the image that a tag names", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.ask(cmd, "Find "+args[0], func(ctx context.Context) (apiimage.Pushed, error) {
				return apiimage.Resolve(ctx, args[0])
			})
		},
	}
}

func (w *imageWork) tagCommand() *cobra.Command {
	return &cobra.Command{
		Use: "tag REGISTRY/NAME@DIGEST TAG", Short: "Give an image in a registry one more tag", Args: cobra.ExactArgs(2),
		Long: `Give an image in a registry one more tag. Nothing is built or uploaded: the tag
names the very image that was tried.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.ask(cmd, "Tag "+args[1], func(ctx context.Context) (apiimage.Pushed, error) {
				return apiimage.Tag(ctx, args[0], args[1])
			})
		},
	}
}

// ask asks a registry and prints what it has.
func (w *imageWork) ask(cmd *cobra.Command, step string, do func(context.Context) (apiimage.Pushed, error)) error {
	var found apiimage.Pushed
	err := showing(step, func(func(string)) (note string, err error) {
		found, err = do(cmd.Context())
		return "", err
	})
	if err != nil {
		return err
	}
	return w.print(cmd.OutOrStdout(), found, found.Reference)
}
