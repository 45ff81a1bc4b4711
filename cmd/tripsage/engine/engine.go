package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

const (
	opUp      = "up"
	opPreview = "preview"
	opDestroy = "destroy"
)

// masked stands for the value of every secret output.
const masked = "[secret]"

// Up makes the world as the program says. With a policy pack it begins with a
// preview, because rules that look at the whole stack speak at the end of a
// run, and nothing may change before all have spoken.
func Up(ctx context.Context, o Options) (summary Summary, err error) {
	err = run(ctx, o, opUp, func(s *session) error {
		if o.Policy != nil {
			if summary, err = s.preview(ctx); err != nil {
				return err
			}
			if o.Policy.Judged != nil {
				o.Policy.Judged(summary)
			}
		}
		summary, err = s.up(ctx)
		return err
	})
	return summary, err
}

func (s *session) up(ctx context.Context) (summary Summary, err error) {
	packs, configs, err := s.policyArgs()
	if err != nil {
		return summary, err
	}
	var outputs map[string]any
	err = s.observe(ctx, opUp, &summary, func(stream chan<- events.EngineEvent) error {
		options := []optup.Option{
			optup.EventStreams(stream), optup.Color("never"), optup.ShowSecrets(false),
			optup.PolicyPacks(packs...), optup.PolicyPackConfigs(configs...),
		}
		if s.options.Refresh {
			options = append(options, optup.Refresh())
		}
		result, err := s.stack.Up(ctx, options...)
		outputs = make(map[string]any, len(result.Outputs))
		for name, output := range result.Outputs {
			outputs[name] = output.Value
			if output.Secret {
				outputs[name] = masked
			}
		}
		return err
	})
	summary.Outputs = outputs
	return summary, err
}

// Preview says what Up would do and changes nothing.
func Preview(ctx context.Context, o Options) (summary Summary, err error) {
	err = run(ctx, o, opPreview, func(s *session) error {
		summary, err = s.preview(ctx)
		return err
	})
	return summary, err
}

func (s *session) preview(ctx context.Context) (summary Summary, err error) {
	packs, configs, err := s.policyArgs()
	if err != nil {
		return summary, err
	}
	return summary, s.observe(ctx, opPreview, &summary, func(stream chan<- events.EngineEvent) error {
		options := []optpreview.Option{
			optpreview.EventStreams(stream), optpreview.Color("never"),
			optpreview.PolicyPacks(packs...), optpreview.PolicyPackConfigs(configs...),
		}
		if s.options.Refresh {
			options = append(options, optpreview.Refresh())
		}
		_, err := s.stack.Preview(ctx, options...)
		return err
	})
}

// Destroy deletes every resource on record. The stack itself, its
// configuration and its history stay. A stack that was never made is done.
func Destroy(ctx context.Context, o Options) (summary Summary, err error) {
	o.Program = nil // what is on record decides, not the program
	err = run(ctx, o, opDestroy, func(s *session) error {
		return s.observe(ctx, opDestroy, &summary, func(stream chan<- events.EngineEvent) error {
			options := []optdestroy.Option{optdestroy.EventStreams(stream), optdestroy.Color("never")}
			if o.Refresh {
				options = append(options, optdestroy.Refresh())
			}
			_, err := s.stack.Destroy(ctx, options...)
			return err
		})
	})
	return summary, err
}

// Forget drops the stack's state without touching what it describes, for when
// that is gone already. A stack that was never made is done.
func Forget(ctx context.Context, o Options) (err error) {
	s, err := open(ctx, o, "forget", false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if exists, err := s.exists(ctx); err != nil || !exists {
		return err
	}
	_, stderr, _, err := s.cli(ctx, "", "stack", "rm", "--force", "--yes", "--preserve-config")
	if err != nil {
		return fmt.Errorf("drop the state: %w: %s", err, strings.TrimSpace(stderr))
	}
	return nil
}

// ErrNoStack says that no run ever made the stack.
var ErrNoStack = errors.New("the stack does not exist yet")

// Outputs returns the stack's outputs; a secret one shows as "[secret]". It
// takes no lock, so it works while a run is going on. Program is not needed.
func Outputs(ctx context.Context, o Options) (map[string]any, error) {
	if err := o.validate(false); err != nil {
		return nil, err
	}
	s := &session{options: o, home: home(o.Home)}
	var err error
	if s.copy.project, _, err = readProject(o.Project); err != nil {
		return nil, err
	}
	if o.Backend == "" {
		if exists, err := s.exists(ctx); err != nil || !exists {
			return nil, errors.Join(err, ErrNoStack)
		}
	}
	committed, err := readCommitted(o)
	if err != nil {
		return nil, err
	}
	_, secrets, err := mergeStack(committed, s.copy.project, nil, "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stackFile(o.Stack), err)
	}
	if s.command, err = newCommand(o, s.home, secrets, func(int) error { return nil }); err != nil {
		return nil, err
	}
	if o.Backend != "" { // nothing may ever have run on this machine
		err := s.home.make(o.Stack)
		if err == nil {
			s.copy, err = s.home.makeWorkCopy(o)
		}
		if err != nil {
			return nil, err
		}
		if exists, err := s.exists(ctx); err != nil || !exists {
			return nil, errors.Join(err, ErrNoStack)
		}
	}
	stdout, stderr, _, err := s.cli(ctx, "", "stack", "output", "--json")
	if err != nil {
		return nil, fmt.Errorf("read the outputs: %w: %s", err, strings.TrimSpace(stderr))
	}
	outputs := map[string]any{}
	if err := json.Unmarshal([]byte(stdout), &outputs); err != nil {
		return nil, fmt.Errorf("read the outputs: %w", err)
	}
	return outputs, nil
}

// run is what every operation shares: prepare, attach to the stack, act.
func run(ctx context.Context, o Options, operation string, act func(*session) error) (err error) {
	s, err := open(ctx, o, operation, operation != opDestroy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if operation == opDestroy {
		if exists, err := s.exists(ctx); err != nil || !exists {
			return err
		}
	}
	if err := s.attach(ctx); err != nil {
		return s.explain(ctx, operation, err, &collector{})
	}
	return act(s)
}

// observe lets the engine act while it collects the events, and says plainly
// what went wrong.
func (s *session) observe(
	ctx context.Context, operation string, summary *Summary, act func(chan<- events.EngineEvent) error,
) error {
	collected := newCollector(s.options.Progress)
	acted := act(collected.stream)
	collected.finish()
	collected.summarize(summary)
	if acted == nil {
		return nil
	}
	return s.explain(ctx, operation, acted, collected)
}
