package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
)

// settle clears the operations that a killed run left open. Resources on
// record always stay on record.
//
// A create that was cut off is dropped. Either it did not happen, or the next
// run repeats it without harm: a random value has no effect outside the state,
// and the Kubernetes provider creates by server-side apply, which takes over
// an object that is there already (ours all have explicit names).
//
// An update or delete that was cut off may have happened. A plain run would
// repeat it only if the program still asks for it, so the real state of just
// those resources is read first.
func (s *session) settle(ctx context.Context) error {
	state, err := s.state(ctx)
	if err != nil || state == nil || len(state.Pending) == 0 {
		return err
	}
	var interrupted []string
	for _, pending := range state.Pending {
		if pending.Type != "creating" && !slices.Contains(interrupted, pending.Resource.URN) {
			interrupted = append(interrupted, pending.Resource.URN)
		}
	}
	s.say("a run was killed with %d operation(s) under way; settling them", len(state.Pending))
	if len(interrupted) == 0 {
		return s.dropPending(ctx)
	}
	_, err = s.stack.Refresh(ctx, optrefresh.Target(interrupted), optrefresh.ClearPendingCreates(), optrefresh.Color("never"))
	if err == nil || ctx.Err() != nil {
		return err
	}
	// The state stays as recorded and the run decides by it. It reports what
	// is wrong with the provider in its own words if it still is.
	s.say("the interrupted resources could not be read; going on from the recorded state")
	return s.dropPending(ctx)
}

// dropPending has the CLI rewrite the state without open operations. Secrets
// stay encrypted on the way and touch no other file.
func (s *session) dropPending(ctx context.Context) error {
	exported, stderr, _, err := s.cli(ctx, "", "stack", "export")
	if err != nil {
		return fmt.Errorf("export the state: %w: %s", err, strings.TrimSpace(stderr))
	}
	if _, stderr, _, err = s.cli(ctx, exported, "stack", "import"); err != nil {
		return fmt.Errorf("write the state without interrupted operations: %w: %s", err, strings.TrimSpace(stderr))
	}
	return nil
}
