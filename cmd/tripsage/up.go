package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/stacks"
)

func upCommand(f *flags) *cobra.Command {
	return f.registerRunning(&cobra.Command{
		Use: "up", Short: "Start the cluster if needed and bring the stack up on it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return up(cmd.Context(), s) })
		},
	})
}

func up(ctx context.Context, s *settings) error {
	t, options, err := s.ready(ctx)
	if err != nil {
		return err
	}
	var summary engine.Summary
	err = s.step("Stack "+s.stack, func(detail func(string)) (string, error) {
		options.Progress = func(e engine.Event) { detail(describeEvent(e)) }
		var err error
		summary, err = engine.Up(ctx, options)
		return describeChanges(summary, true), err
	})
	if err != nil {
		return err
	}
	if err := s.step("API", func(func(string)) (string, error) { return expose(ctx, t, summary.Outputs) }); err != nil {
		return err
	}
	now, err := s.report(ctx, t, options)
	if err != nil {
		return err
	}
	if s.json {
		return printJSON(struct {
			report
			Update engine.Summary `json:"update"`
		}{now, summary})
	}
	now.print(s.steps)
	return nil
}

// ready does what up and preview have in common: it makes the engine and the
// cluster available and says how to run the program on them.
func (s *settings) ready(ctx context.Context) (target, engine.Options, error) {
	t, err := s.choose(ctx)
	if err != nil {
		return t, engine.Options{}, err
	}
	if err := s.check(t); err != nil {
		return t, engine.Options{}, err
	}
	if t.simulated != nil {
		s.steps.Note("Pods will be simulated: " + t.simulated.Error() + ".")
	}
	options := s.engineOptions(t)
	if t.cluster != nil {
		built, err := s.startCluster(ctx, t)
		if err != nil {
			return t, options, err
		}
		options.Config = map[string]any{"tripsage:images": built}
	}
	built, err := s.engine(ctx)
	options.PulumiRoot, options.Plugins = built.Root, built.Plugins
	if err == nil && s.running {
		err = s.asRunning(ctx, &options)
	}
	return t, options, err
}

func (s *settings) engineOptions(t target) engine.Options {
	return engine.Options{
		Project: s.project, Stack: s.stack, Home: t.home, Backend: s.backend, Program: stacks.Program,
		Env: map[string]string{"KUBECONFIG": t.kubeconfig},
	}
}

func printJSON(value any) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func describeEvent(e engine.Event) string {
	switch {
	case e.Name == "":
		return e.Message
	case e.Message != "":
		return e.Name + ": " + e.Message
	default:
		return fmt.Sprintf("%s %s", e.Op, e.Name)
	}
}
