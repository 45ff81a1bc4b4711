package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
	"github.com/tripsage/infrastructure/stacks"
)

const exitCodes = `The exit code says what happened:
  0  the release serves and was verified
  1  refused, or failed before anything was changed
  3  failed and rolled back: the release before serves again and was verified
  4  failed, and so did the way back (or it was interrupted): somebody has to look`

// wantedDeploy is what the flags of deploy and rollback ask for.
type wantedDeploy struct {
	image    string
	verify   wantedVerification
	patience time.Duration
	back     bool // rollback
}

func deployCommand(f *flags) *cobra.Command {
	var want wantedDeploy
	command := &cobra.Command{
		Use: "deploy --image NAME@DIGEST", Short: "Bring an image of the API to the users, verify it, and roll it back if it is bad", Args: cobra.NoArgs,
		Long: `Bring an image of the API to the users: find the image, preview the stack with it
(the policy included), roll it out as tripsage:release says, and verify it as
` + "`tripsage verify`" + ` does. When that fails, the release before is put back and
verified. With release.blueGreen the image is verified on the idle track first,
where no user sees it.

The image takes the place of the stack file's. Migrations only go forth: the
release before has to work with the newer schema (docs/runbooks/migrations.md).

` + exitCodes,
		Example: `  tripsage deploy --stack staging --image ghcr.io/tripsage/tripsage-api@sha256:…`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return deploy(cmd.Context(), s, want, cmd.OutOrStdout()) })
		},
	}
	command.Flags().StringVar(&want.image, "image", "", "the image by digest: registry/name@sha256:… (required)")
	want.register(command)
	return f.policy.add(command)
}

func rollbackCommand(f *flags) *cobra.Command {
	want := wantedDeploy{back: true}
	command := &cobra.Command{
		Use: "rollback", Short: "Bring back the release before", Args: cobra.NoArgs,
		Long: `Bring back the release that served before the one that serves now, in the same
way as a deployment: it is verified, and if it is bad, what served stays. The
release that is left is noted as withdrawn, so a second rollback goes further
back. The schema stays as it is; a release that cannot work with it is refused.

` + exitCodes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return deploy(cmd.Context(), s, want, cmd.OutOrStdout()) })
		},
	}
	command.Flags().StringVar(&want.image, "to", "", "the release to bring back: a digest on record, or an image by digest (default: the one before)")
	want.register(command)
	return command
}

func (w *wantedDeploy) register(command *cobra.Command) {
	w.verify.register(command)
	command.Flags().DurationVar(&w.patience, "promotion-timeout", 45*time.Minute, "how long Flagger may take to let a release through")
}

// deployError is a deployment that failed, with its exit code.
type deployError struct {
	outcome release.Outcome
	err     error
}

func (e *deployError) Error() string { return e.outcome.String() + ": " + e.err.Error() }
func (e *deployError) Unwrap() error { return e.err }

func deploy(ctx context.Context, s *settings, want wantedDeploy, out io.Writer) error {
	image, err := want.parse()
	if err != nil {
		return err
	}
	stack, err := stacks.OperatorOf(s.stackFile())
	if err != nil {
		return err
	}
	p, err := s.deployer(ctx, want)
	if err != nil {
		return err
	}
	image = p.ownName(image)
	var result release.Result
	kind := release.Kind(stack.Release.Kind)
	if want.back {
		if image, err = p.onRecord(ctx, want.image, image); err == nil {
			result = release.Rollback(ctx, p, kind, image)
		}
	} else {
		result = release.Deploy(ctx, p, kind, image)
	}
	if err != nil {
		return err
	}
	return p.tell(result, out)
}

// deployReport is what deploy and rollback print as JSON.
type deployReport struct {
	Stack   string        `json:"stack"`
	Outcome string        `json:"outcome"`
	Code    int           `json:"exit_code"`
	Wanted  release.Image `json:"wanted,omitempty"`
	Before  release.Image `json:"before,omitempty"`
	Now     release.Image `json:"now,omitempty"`
	Error   string        `json:"error,omitempty"`
	Warning string        `json:"warning,omitempty"`
	// Preview is what was to change, with the policies' verdict.
	Preview *engine.Summary `json:"preview,omitempty"`
	// Verifications are those of the deployment, in order.
	Verifications []verify.Report `json:"verifications"`
}

func (p *deployer) tell(result release.Result, out io.Writer) error {
	report := deployReport{
		Stack: p.s.stack, Outcome: result.Outcome.String(), Code: int(result.Outcome),
		Wanted: result.Wanted, Before: result.Before, Now: result.Now, Preview: p.preview, Verifications: p.reports,
	}
	if result.Warning != nil {
		report.Warning = result.Warning.Error()
		p.s.steps.Note("Warning: " + report.Warning)
	}
	var err error
	if result.Outcome != release.Done {
		err = &deployError{result.Outcome, result.Err}
		report.Error = result.Err.Error()
	}
	if p.s.json {
		if wrote := writeJSON(out, report); wrote != nil && err == nil {
			return wrote
		}
		return err
	}
	rows := []progress.Row{}
	for _, row := range []struct {
		label string
		image release.Image
	}{{"Wanted", result.Wanted}, {"Before", result.Before}, {"Serves", result.Now}} {
		if row.image != "" {
			rows = append(rows, progress.Row{Label: row.label, Value: string(row.image)})
		}
	}
	p.s.steps.Summary(fmt.Sprintf("Stack %s: %s", p.s.stack, result.Outcome), rows)
	return err
}
