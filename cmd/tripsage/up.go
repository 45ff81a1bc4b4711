package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
	"github.com/tripsage/infrastructure/stacks"
)

func upCommand(f *flags) *cobra.Command {
	return f.policy.add(f.registerRunning(&cobra.Command{
		Use: "up", Short: "Start the cluster if needed and bring the stack up on it", Args: cobra.NoArgs,
		Long: `Start the cluster if needed and bring the stack up on it. The policy pack
judges the stack first: nothing changes while a mandatory rule is broken.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return up(cmd.Context(), s) })
		},
	}))
}

func up(ctx context.Context, s *settings) error {
	t, options, err := s.ready(ctx)
	if err != nil {
		return err
	}
	summary, err := s.bring(ctx, options)
	if shown := s.showVerdict(summary, err); shown != nil {
		if s.json && judged(err) {
			shown = errors.Join(shown, printJSON(refusal{s.stack, summary}))
		}
		return shown
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

// refusal is the result of an up that the policies stopped.
type refusal struct {
	Stack string `json:"stack"`
	// Refused is the run that they stopped, which as a rule is the preview.
	Refused engine.Summary `json:"refused"`
}

// bring brings the stack up. The policies' verdict is a step of its own.
func (s *settings) bring(ctx context.Context, options engine.Options) (engine.Summary, error) {
	name := "Stack " + s.stack
	first := name
	if options.Policy != nil {
		first = "Policy"
	}
	step := s.steps.Start(first)
	if options.Policy != nil {
		options.Policy.Judged = func(judged engine.Summary) {
			step.Done(verdict.Line(judged))
			step = s.steps.Start(name)
		}
	}
	options.Progress = func(e engine.Event) { step.Detail(describeEvent(e)) }
	summary, err := engine.Up(ctx, options)
	if err != nil {
		step.Fail()
		return summary, err
	}
	step.Done(describeChanges(summary, true))
	return summary, nil
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
	policy, err := s.policyPack(ctx)
	if err != nil {
		return t, engine.Options{}, err
	}
	options := s.engineOptions(t)
	options.Policy = policy
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
