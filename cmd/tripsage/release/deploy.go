package release

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Deploy brings the image to the users, verifies it, and takes it back when
// that fails.
func Deploy(ctx context.Context, p Platform, kind Kind, want Image) Result {
	if kind == Canary {
		return Result{Outcome: Refused, Wanted: want, Err: errors.New("tripsage:release.canary is a share that a person sets and watches: " +
			"change release.canary.image and weightPercent as docs/runbooks/releases.md says, or release with blueGreen or flagger")}
	}
	d, err := begin(ctx, p, kind, want)
	if err == nil {
		err = d.check(ctx)
	}
	if err != nil {
		return Result{Outcome: Refused, Wanted: want, Before: d.live.Image, Now: d.live.Image, Err: err}
	}
	return d.run(ctx)
}

// Rollback brings back the release before, or the one that was named. What the
// users leave is withdrawn: a second rollback goes further back, not forth.
func Rollback(ctx context.Context, p Platform, kind Kind, to Image) Result {
	live, err := p.Live(ctx)
	var history History
	if err == nil {
		history, err = p.History(ctx)
	}
	if err == nil && to == "" {
		to = history.Before(live.Image)
	}
	switch {
	case err != nil:
	case to == "":
		err = errors.New("no release before this one is on record: name one with --to")
	case to.Same(live.Image):
		err = fmt.Errorf("%s is what serves already", to)
	default:
		err = p.Fits(ctx, to)
	}
	if err != nil {
		return Result{Outcome: Refused, Wanted: to, Before: live.Image, Now: live.Image, Err: err}
	}
	result := Deploy(ctx, p, kind, to)
	if result.Outcome == Done {
		result.Warning = errors.Join(result.Warning, note(ctx, p, live.Image, Withdrawn, to))
	}
	return result
}

// deployment is one image on its way.
type deployment struct {
	platform     Platform
	kind         Kind
	live         Live
	want, before Image
	history      History
}

func begin(ctx context.Context, p Platform, kind Kind, want Image) (deployment, error) {
	d := deployment{platform: p, kind: kind, want: want}
	var err error
	if d.live, err = p.Live(ctx); err != nil {
		return d, err
	}
	if d.history, err = p.History(ctx); err != nil {
		return d, err
	}
	d.before = d.live.Image
	if known, ok := d.history.Known(d.live.Image.Digest()); ok && !known.may() && !want.Same(d.live.Image) {
		d.before = d.history.Before(want) // what serves is what an interrupted deployment has left
	}
	return d, nil
}

// check refuses what is known to fail before anything is changed.
func (d deployment) check(ctx context.Context) error {
	if err := d.platform.Find(ctx, d.want); err != nil {
		return err
	}
	return d.platform.Preview(ctx, d.stages()[0].to)
}

func (d deployment) stages() []stage { return plan(d.kind, d.live, d.want, d.before) }

func (d deployment) run(ctx context.Context) Result {
	result := Result{Wanted: d.want, Before: d.live.Image, Now: d.want}
	if err := d.announce(ctx); err != nil {
		return Result{Outcome: Refused, Wanted: d.want, Before: d.live.Image, Now: d.live.Image, Err: err}
	}
	for _, s := range d.stages() {
		err := s.run(ctx, d.platform)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			result.Outcome, result.Now = Stuck, ""
			result.Err = fmt.Errorf("interrupted, and nothing was taken back: run `tripsage rollback`, or the deployment again: %w", err)
			return result
		}
		result.Outcome, result.Now, result.Err = RolledBack, s.back.API, err
		word := Bad
		if back := s.undo(ctx, d.platform); back != nil {
			result.Outcome, result.Now = Stuck, ""
			result.Err = errors.Join(err, fmt.Errorf("and the way back failed: %w", back))
			word = Trying // it may still serve
		}
		result.Warning = note(ctx, d.platform, d.want, word, s.back.API)
		return result
	}
	result.Warning = note(ctx, d.platform, d.want, Good, d.want)
	return result
}

// announce records what serves, and that another one is being tried: whoever
// comes after a deployment that was killed must not take its image for good.
func (d deployment) announce(ctx context.Context) error {
	if d.live.Image == "" || d.want.Same(d.live.Image) {
		return nil // the first release; there is no place for a record yet
	}
	history := d.history
	if _, known := history.Known(d.live.Image.Digest()); !known {
		history = history.With(d.live.Image, Found, time.Now())
	}
	return d.platform.Record(ctx, history.With(d.want, Trying, time.Now()))
}

// note records one more word about an image, after which serves is in front.
func note(ctx context.Context, p Platform, image Image, word Word, serves Image) error {
	history, err := p.History(ctx)
	if err != nil {
		return fmt.Errorf("record that %s is %s: %w", image.Short(), word, err)
	}
	history = history.With(image, word, time.Now())
	if known, ok := history.Known(serves.Digest()); ok && !serves.Same(image) {
		history = history.With(known.Image, known.Word, known.At)
	}
	if err := p.Record(ctx, history); err != nil {
		return fmt.Errorf("record that %s is %s: %w", image.Short(), word, err)
	}
	return nil
}
