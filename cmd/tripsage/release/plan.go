package release

import (
	"context"
	"errors"
	"fmt"
)

// stage is one update of a deployment, and how to take it back.
type stage struct {
	name string
	to   Versions
	// promoted: users get the image only when Flagger has judged it.
	promoted bool
	goal     Goal
	// back are the versions before, which serve then; empty when there are none.
	back Versions
}

// plan is what it takes to bring the image to the users. before is what they
// get again if it fails.
func plan(kind Kind, live Live, want, before Image) []stage {
	if kind == BlueGreen && live.Active != "" {
		return switchTracks(live, want)
	}
	to, back := Versions{API: want}, Versions{API: before}
	if kind == BlueGreen { // the first release: the stack's file says which track is active
		to.Idle, back.Idle = before, before
		if before == "" {
			to.Idle = want
		}
	}
	return []stage{{name: "roll out", to: to, promoted: kind == Flagger, goal: Goal{Image: want}, back: back}}
}

// switchTracks tries the image on the idle track, where no user sees it, and
// then moves the users. The other track keeps the release before, so the way
// back restarts no pod.
func switchTracks(live Live, want Image) []stage {
	idle := "blue"
	if live.Active == idle {
		idle = "green"
	}
	now := Versions{API: live.Image, Active: live.Active, Idle: live.Idle}
	if want.Same(live.Image) { // what is new is the configuration
		return []stage{{name: "update", to: now, goal: Goal{Image: want}, back: now}}
	}
	tried := Versions{API: live.Image, Active: live.Active, Idle: want}
	return []stage{
		{name: "roll out on the idle track " + idle, to: tried, goal: Goal{Image: want, Track: idle}, back: now},
		{name: "move the users to " + idle, to: Versions{API: want, Active: idle, Idle: live.Image}, goal: Goal{Image: want}, back: tried},
	}
}

// run carries the stage out.
func (s stage) run(ctx context.Context, p Platform) error {
	if err := p.Update(ctx, s.to); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if s.promoted {
		if err := p.Promoted(ctx, s.goal.Image); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := p.Verify(ctx, s.goal); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// undo takes the stage back and makes sure that the users get what they had.
func (s stage) undo(ctx context.Context, p Platform) error {
	if s.back.API == "" {
		return errors.New("there is no release before that could serve again")
	}
	if s.back == s.to {
		return errors.New("the same image served before, so there is nothing to go back to: its configuration changed, or what it depends on is down")
	}
	if err := p.Restore(ctx, s.back); err != nil {
		return fmt.Errorf("put %s back: %w", s.back.API.Short(), err)
	}
	if s.promoted {
		if err := p.Promoted(ctx, s.back.API); err != nil {
			return fmt.Errorf("put %s back: %w", s.back.API.Short(), err)
		}
	}
	if err := p.Verify(ctx, Goal{Image: s.back.API}); err != nil {
		return fmt.Errorf("%s serves again, but: %w", s.back.API.Short(), err)
	}
	return nil
}
