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

// Up makes the world as the program says.
func Up(ctx context.Context, o Options) (summary Summary, err error) {
	err = run(ctx, o, opUp, func(s *session, stream chan<- events.EngineEvent) error {
		options := []optup.Option{optup.EventStreams(stream), optup.Color("never"), optup.ShowSecrets(false)}
		if o.Refresh {
			options = append(options, optup.Refresh())
		}
		result, err := s.stack.Up(ctx, options...)
		summary.Outputs = make(map[string]any, len(result.Outputs))
		for name, output := range result.Outputs {
			summary.Outputs[name] = output.Value
			if output.Secret {
				summary.Outputs[name] = masked
			}
		}
		return err
	}, &summary)
	return summary, err
}

// Preview says what Up would do and changes nothing.
func Preview(ctx context.Context, o Options) (summary Summary, err error) {
	err = run(ctx, o, opPreview, func(s *session, stream chan<- events.EngineEvent) error {
		options := []optpreview.Option{optpreview.EventStreams(stream), optpreview.Color("never")}
		if o.Refresh {
			options = append(options, optpreview.Refresh())
		}
		_, err := s.stack.Preview(ctx, options...)
		return err
	}, &summary)
	return summary, err
}

// Destroy deletes every resource on record. The stack itself, its
// configuration and its history stay. A stack that was never made is done.
func Destroy(ctx context.Context, o Options) (summary Summary, err error) {
	o.Program = nil // what is on record decides, not the program
	err = run(ctx, o, opDestroy, func(s *session, stream chan<- events.EngineEvent) error {
		options := []optdestroy.Option{optdestroy.EventStreams(stream), optdestroy.Color("never")}
		if o.Refresh {
			options = append(options, optdestroy.Refresh())
		}
		_, err := s.stack.Destroy(ctx, options...)
		return err
	}, &summary)
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
	if exists, err := s.exists(); err != nil || !exists {
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
	if exists, err := s.exists(); err != nil || !exists {
		return nil, errors.Join(err, ErrNoStack)
	}
	committed, err := readCommitted(o)
	if err != nil {
		return nil, err
	}
	_, ownSecrets, err := mergeStack(committed, s.copy.project, nil, "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stackFile(o.Stack), err)
	}
	if s.command, err = newCommand(o, s.home, ownSecrets, func(int) error { return nil }); err != nil {
		return nil, err
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

// run is what every operation shares: prepare, act while collecting the
// engine's events, and say plainly what went wrong.
func run(
	ctx context.Context, o Options, operation string,
	act func(*session, chan<- events.EngineEvent) error, summary *Summary,
) (err error) {
	s, err := open(ctx, o, operation, operation != opDestroy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if operation == opDestroy {
		if exists, err := s.exists(); err != nil || !exists {
			return err
		}
	}
	if err := s.attach(ctx); err != nil {
		return s.explain(ctx, operation, err, &collector{})
	}
	collected := newCollector(o.Progress)
	acted := act(s, collected.stream)
	collected.finish()
	collected.summarize(summary)
	if acted == nil {
		return nil
	}
	return s.explain(ctx, operation, acted, collected)
}
