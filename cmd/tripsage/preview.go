package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

func previewCommand(f *flags) *cobra.Command {
	return f.policy.add(f.registerRunning(&cobra.Command{
		Use: "preview", Short: "Show what up would change (starts the embedded cluster, to compare with it)", Args: cobra.NoArgs,
		Long: `Show what up would change, and what the policy pack says of it. A mandatory
violation makes it fail.

It starts the embedded cluster, to compare with it.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return preview(cmd.Context(), s) })
		},
	}))
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
		note := describeChanges(summary, false)
		if options.Policy != nil {
			note += "; policy: " + verdict.Line(summary)
		}
		return note, err
	})
	if err == nil && !s.json {
		fmt.Print(listChanges(summary))
	}
	shown := s.showVerdict(summary, err)
	if s.json && judged(err) {
		shown = errors.Join(shown, printJSON(summary))
	}
	return shown
}
