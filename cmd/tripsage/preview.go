package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

// previewFlags are the flags of preview alone.
type previewFlags struct {
	summary   string
	noChanges bool
}

func previewCommand(f *flags) *cobra.Command {
	var own previewFlags
	command := &cobra.Command{
		Use: "preview", Short: "Show what up would change (starts the embedded cluster, to compare with it)", Args: cobra.NoArgs,
		Long: `Show what up would change, and what the policy pack says of it. A mandatory
violation makes it fail.

It starts the embedded cluster, to compare with it.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return preview(cmd.Context(), s, own) })
		},
	}
	command.Flags().StringVar(&own.summary, "summary", "", "write a summary in Markdown to this file, for a pull request")
	command.Flags().BoolVar(&own.noChanges, "expect-no-changes", false, "fail if anything would change: what runs has drifted from what is declared")
	return f.policy.add(f.registerRunning(command))
}

func preview(ctx context.Context, s *settings, own previewFlags) error {
	_, options, err := s.ready(ctx)
	if err != nil {
		return err
	}
	summary, err := s.foresee(ctx, options)
	if err == nil && !s.json {
		fmt.Print(listChanges(summary))
	}
	shown := errors.Join(own.write(s.stack, summary, err), s.showVerdict(summary, err))
	if s.json && judged(err) {
		shown = errors.Join(shown, printJSON(summary))
	}
	if err == nil && own.noChanges && summary.Changed() {
		shown = errors.Join(shown, fmt.Errorf("%s: what runs is not what is declared. "+
			"Look at the changes listed above: make an update, or declare what was changed by hand", describeChanges(summary, false)))
	}
	return shown
}

// foresee is the engine's preview as one step, whose note has the policies'
// verdict in short.
func (s *settings) foresee(ctx context.Context, options engine.Options) (summary engine.Summary, err error) {
	err = s.step("Preview of "+s.stack, func(detail func(string)) (string, error) {
		options.Progress = func(e engine.Event) { detail(describeEvent(e)) }
		summary, err = engine.Preview(ctx, options)
		note := describeChanges(summary, false)
		if options.Policy != nil {
			note += "; policy: " + verdict.Line(summary)
		}
		return note, err
	})
	return summary, err
}
