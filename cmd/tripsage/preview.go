package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

func previewCommand(f *flags) *cobra.Command {
	return f.registerRunning(&cobra.Command{
		Use: "preview", Short: "Show what up would change (starts the embedded cluster, to compare with it)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return preview(cmd.Context(), s) })
		},
	})
}

func preview(ctx context.Context, s *settings) error {
	_, options, err := s.ready(ctx)
	if err != nil {
		return err
	}
	var summary engine.Summary
	err = s.step("Preview of "+s.stack, func(detail func(string)) (string, error) {
		options.Progress = func(e engine.Event) { detail(describeEvent(e)) }
		var err error
		summary, err = engine.Preview(ctx, options)
		return describeChanges(summary, false), err
	})
	if err != nil {
		return err
	}
	if s.json {
		return printJSON(summary)
	}
	fmt.Print(listChanges(summary))
	return nil
}
