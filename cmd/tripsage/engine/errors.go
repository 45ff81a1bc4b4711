package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// ProgramError is the error that the program function itself returned, for
// instance because the configuration is bad. Its text is the program's, and
// nothing was registered after it.
type ProgramError struct{ Err error }

// Error is the program's own text.
func (e *ProgramError) Error() string { return e.Err.Error() }

// Unwrap gives the program's own error.
func (e *ProgramError) Unwrap() error { return e.Err }

// Failure is one resource that could not be made as asked.
type Failure struct {
	URN     string `json:"urn"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Message string `json:"message"`
}

// UpdateError lists what failed in the engine.
type UpdateError struct {
	// Operation is up, preview or destroy.
	Operation string
	// Failures are the resources that failed, in the order they did.
	Failures []Failure
	// Other are the engine's messages that belong to no resource.
	Other []string
}

// Error lists each failure with its message.
func (e *UpdateError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s failed", e.Operation)
	if n := len(e.Failures); n > 0 {
		fmt.Fprintf(&b, " for %d resource", n)
		if n > 1 {
			b.WriteString("s")
		}
	}
	b.WriteString(":")
	for _, f := range e.Failures {
		fmt.Fprintf(&b, "\n  %s (%s):\n    %s", f.Name, f.Type, strings.ReplaceAll(f.Message, "\n", "\n    "))
	}
	for _, message := range e.Other {
		fmt.Fprintf(&b, "\n  %s", strings.ReplaceAll(message, "\n", "\n  "))
	}
	return b.String()
}

// explain puts the cause of a failed operation in its plainest form.
func (s *session) explain(ctx context.Context, operation string, err error, c *collector) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s was interrupted; what was done is on record, run it again to go on: %w",
			operation, context.Cause(ctx))
	}
	failed := &UpdateError{Operation: operation, Failures: c.failures()}
	if refusal := c.verdicts.refusal(operation); refusal != nil {
		return s.andElse(refusal, failed, c.general)
	}
	if s.programErr != nil {
		program := &ProgramError{Err: s.programErr}
		if len(failed.Failures) == 0 {
			return program
		}
		return errors.Join(program, failed)
	}
	if auto.IsConcurrentUpdateError(err) {
		return fmt.Errorf("another Pulumi process took the stack's lock in between; try again: %s", lastLines(err))
	}
	if len(failed.Failures) == 0 {
		if failed.Other = c.general; len(failed.Other) == 0 {
			failed.Other = []string{lastLines(err)}
		}
	}
	return failed
}

// andElse adds to the policies' refusal what went wrong besides.
func (s *session) andElse(refusal *PolicyError, failed *UpdateError, general []string) error {
	all := []error{refusal}
	if s.programErr != nil {
		all = append(all, &ProgramError{Err: s.programErr})
	}
	if failed.Other = general; len(failed.Failures)+len(general) > 0 {
		all = append(all, failed)
	}
	return errors.Join(all...)
}

// lastLines gets the CLI's own last words out of an Automation API error.
func lastLines(err error) string {
	text := err.Error()
	if _, after, ok := strings.Cut(text, "\nstderr: "); ok && strings.TrimSpace(after) != "" {
		text = after
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "error: "))
}
