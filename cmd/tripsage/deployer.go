package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/cmd/tripsage/serving"
	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/stacks"
)

// promotionEvery is how often Flagger is asked.
const promotionEvery = 5 * time.Second

// deployer carries out what package release decides.
type deployer struct {
	serving.Cluster

	s       *settings
	d       deployed
	options engine.Options
	want    wantedDeploy
	preview *engine.Summary // nil before there is one
	reports []verify.Report
}

var _ release.Platform = (*deployer)(nil)

// deployer makes the engine and the cluster available, as up does.
func (s *settings) deployer(ctx context.Context, want wantedDeploy) (*deployer, error) {
	t, options, err := s.ready(ctx)
	if err != nil {
		return nil, err
	}
	if t.cluster != nil && t.cluster.Nodes != localcluster.Real {
		return nil, errors.New("pods are simulated here, so no release can be verified: run it as root on Linux, or set KUBECONFIG to a cluster of yours")
	}
	d, err := s.deployed(ctx)
	if err != nil {
		return nil, err
	}
	cluster, err := d.serving()
	return &deployer{Cluster: cluster, s: s, d: d, options: options, want: want}, err
}

// parse checks the flags, all of them.
func (w *wantedDeploy) parse() (release.Image, error) {
	faults := []error{w.verify.check()}
	if w.patience <= 0 {
		faults = append(faults, fmt.Errorf("--promotion-timeout %s: expected a time above zero, such as 45m", w.patience))
	}
	var image release.Image
	var err error
	switch {
	case w.back && (w.image == "" || strings.HasPrefix(w.image, "sha256:")): // onRecord finds it
	case w.back:
		if image, err = release.ParseImage(w.image); err != nil {
			err = fmt.Errorf("--to %w", err)
		}
	default:
		if image, err = release.ParseImage(w.image); err != nil {
			err = fmt.Errorf("--image %w", err)
		}
	}
	return image, errors.Join(append(faults, err)...)
}

// onRecord is the image of a digest that was given without a name.
func (p *deployer) onRecord(ctx context.Context, given string, image release.Image) (release.Image, error) {
	if image != "" || given == "" {
		return image, nil
	}
	history, err := p.History(ctx)
	if err != nil {
		return "", err
	}
	if known, ok := history.Known(given); ok {
		return known.Image, nil
	}
	var known []string
	for _, e := range history {
		known = append(known, e.Image.Digest()+" "+string(e.Word))
	}
	return "", fmt.Errorf("--to %s is not on record, which has %q: name it with its registry, name@sha256:…", given, known)
}

// Fits runs the image's own migrations, as an update would do first. For a
// release of the past there is nothing to apply: it starts, or says why not.
func (p *deployer) Fits(ctx context.Context, image release.Image) error {
	return p.s.step("Schema for "+image.Short(), func(func(string)) (string, error) {
		live, err := p.Live(ctx)
		if err != nil {
			return "", err
		}
		made, err := p.d.migration(ctx, live.Active)
		if err != nil {
			return "", err
		}
		once := byHand(made, []string{"migrate", "up"})
		once.Spec.Template.Spec.Containers[0].Image = string(image)
		var log bytes.Buffer
		if err := p.d.runJob(ctx, once, &log); err != nil {
			return "", fmt.Errorf("%s cannot work with the schema of the database, or does not start: %w: %s\n"+
				"deploy a later release, or roll the schema back as well (docs/runbooks/migrations.md, \"Going back\")", image.Short(), err, lastLine(log.Bytes()))
		}
		return "fits", nil
	})
}

// Preview is the engine's. It shows the policies' verdict, and keeps what would
// change for the report.
func (p *deployer) Preview(ctx context.Context, v release.Versions) error {
	options, err := p.optionsFor(v)
	if err != nil {
		return err
	}
	summary, err := p.s.foresee(ctx, options)
	if judged(err) {
		p.preview = &summary
	}
	return p.s.showVerdict(summary, err)
}

// Update is the engine's, which waits for the pods.
func (p *deployer) Update(ctx context.Context, v release.Versions) error {
	options, err := p.optionsFor(v)
	if err != nil {
		return err
	}
	return p.update(ctx, "Update of "+p.s.stack, options)
}

// Restore is Update without the policy.
func (p *deployer) Restore(ctx context.Context, v release.Versions) error {
	options, err := p.optionsFor(v)
	if err != nil {
		return err
	}
	options.Policy = nil
	return p.update(ctx, "Rollback of "+p.s.stack, options)
}

func (p *deployer) update(ctx context.Context, name string, options engine.Options) error {
	return p.s.step(name, func(detail func(string)) (string, error) {
		options.Progress = func(e engine.Event) { detail(describeEvent(e)) }
		summary, err := engine.Up(ctx, options)
		return describeChanges(summary, true), err
	})
}

// optionsFor are the engine's options with the versions in place of the file's.
func (p *deployer) optionsFor(v release.Versions) (engine.Options, error) {
	options := p.options
	var err error
	options.Config, err = stacks.ReleaseOverrides(p.s.stackFile(), p.options.Config, stacks.Released{
		API: string(v.API), Active: v.Active, Idle: string(v.Idle),
	})
	return options, err
}

// Promoted waits for Flagger.
func (p *deployer) Promoted(ctx context.Context, image release.Image) error {
	return p.s.step("Flagger", func(detail func(string)) (string, error) {
		return "promoted", p.Cluster.Promoted(ctx, image, serving.Waiting{Every: promotionEvery, Patience: p.want.patience, Say: detail})
	})
}

// Verify tries the release, and keeps the checklist for the report.
func (p *deployer) Verify(ctx context.Context, goal release.Goal) error {
	report, err := p.s.verification(ctx, p.d, nil, p.want.verify, goal)
	if err != nil {
		return err
	}
	p.reports = append(p.reports, report)
	return report.Err()
}

// asRunning puts what serves in place of the file's images, so that a preview
// shows what differs in everything else. A stack that was never released keeps
// those of its file.
func (s *settings) asRunning(ctx context.Context, options *engine.Options) error {
	d, err := s.deployed(ctx)
	if err != nil {
		return err
	}
	cluster, err := d.serving()
	if err != nil {
		return err
	}
	live, err := cluster.Live(ctx)
	if err != nil || live.Image == "" {
		return err
	}
	options.Config, err = stacks.ReleaseOverrides(s.stackFile(), options.Config, stacks.Released{
		API: string(live.Image), Active: live.Active, Idle: string(live.Idle),
	})
	return err
}
