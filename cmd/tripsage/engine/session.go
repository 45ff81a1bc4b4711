package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// session is one operation on one stack.
type session struct {
	options Options
	home    home
	lock    *runLock
	copy    workCopy
	command *command
	stack   auto.Stack
	// programErr is what the program itself returned.
	programErr error
}

// open prepares the home, takes the run lock and clears up after a killed run.
func open(ctx context.Context, o Options, operation string, needsProgram bool) (*session, error) {
	if err := o.validate(needsProgram); err != nil {
		return nil, err
	}
	s := &session{options: o, home: home(o.Home)}
	if err := s.home.make(o.Stack); err != nil {
		return nil, err
	}
	lock, err := takeRunLock(ctx, s.home.runFile(o.Stack), operation)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *session) prepare(ctx context.Context) error {
	err := errors.Join(s.home.ensurePassphrase(), s.home.linkPlugins(s.options.Plugins))
	if err != nil {
		return err
	}
	if s.copy, err = s.home.makeWorkCopy(s.options); err != nil {
		return err
	}
	if s.command, err = newCommand(s.options, s.home, s.copy.secrets, s.lock.engineStarted); err != nil {
		return err
	}
	if s.options.Backend != "" {
		return s.endOrphans(ctx)
	}
	return errors.Join(s.clearLocks(ctx), s.clearSidecars())
}

// attach selects the stack, making it if need be, and settles what a killed
// run left open.
func (s *session) attach(ctx context.Context) error {
	options := []auto.LocalWorkspaceOption{
		auto.WorkDir(s.home.work(s.options.Stack)),
		auto.PulumiHome(s.home.pulumi()),
		auto.Pulumi(s.command),
		auto.SecretsProvider(s.copy.secrets.provider(s.options.Backend)),
	}
	if s.options.Program != nil {
		options = append(options, auto.Program(s.program))
	}
	workspace, err := auto.NewLocalWorkspace(ctx, options...)
	if err != nil {
		return fmt.Errorf("open the workspace: %w", err)
	}
	if s.stack, err = auto.UpsertStack(ctx, s.options.Stack, workspace); err != nil {
		return fmt.Errorf("select the stack: %w", err)
	}
	return s.settle(ctx)
}

// program keeps the program's own error, which otherwise comes back wrapped in
// the engine's words, and turns a panic into one.
func (s *session) program(ctx *pulumi.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the program panicked: %v\n%s", r, debug.Stack())
		}
		s.programErr = err
	}()
	return s.options.Program(ctx)
}

// cli runs one Pulumi command on the stack.
func (s *session) cli(ctx context.Context, stdin string, args ...string) (string, string, int, error) {
	args = append(args, "--stack", s.options.Stack)
	return s.command.Run(ctx, s.home.work(s.options.Stack), strings.NewReader(stdin), nil, nil, nil, args...)
}

func (s *session) say(format string, args ...any) {
	if s.options.Progress != nil {
		s.options.Progress(Event{Kind: Note, Message: fmt.Sprintf(format, args...)})
	}
}

func (s *session) close() error { return s.lock.release() }
