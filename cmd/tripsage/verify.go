package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
	"github.com/tripsage/infrastructure/stacks"
)

func verifyCommand(f *flags) *cobra.Command {
	var want wantedVerification
	var image string
	command := &cobra.Command{
		Use: "verify", Short: "Try a running stack from outside, as the deployment guide's validation asks", Args: cobra.NoArgs,
		Long: `Try a running stack from outside: health, release, security, each main address,
latency, realtime, cache and frontend. What it makes it deletes; the user of the
token stays.

A stack that signs its own tokens gives one. Elsewhere a test user's access token
comes from --token-file or the environment's ` + tokenVariable + `; without one the
checks that need it are skipped, and said to be. With --url the cluster is not
needed; the checks that look into it are then skipped, unless it can be reached.

The exit code is 0 when nothing failed, and otherwise 1.`,
		Example: `  tripsage verify --stack local
  tripsage verify --stack staging --token-file token --junit verify.xml
  tripsage verify --stack production --url https://api.tripsage.ai --budget api=300ms --strict`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error {
				return verifyStack(cmd.Context(), s, want, release.Image(image), cmd.OutOrStdout())
			})
		},
	}
	want.register(command)
	command.Flags().StringVar(&image, "image", "", "the image that has to run, name@sha256:… (default: any, but the same on all pods)")
	return command
}

func verifyStack(ctx context.Context, s *settings, want wantedVerification, image release.Image, out io.Writer) error {
	if image != "" {
		if _, err := release.ParseImage(string(image)); err != nil {
			return fmt.Errorf("--image %w", err)
		}
	}
	if err := want.check(); err != nil {
		return err
	}
	d, err := s.deployed(ctx)
	if err != nil && want.url == "" {
		return err
	}
	report, err := s.verification(ctx, d, err, want, release.Goal{Image: image})
	if err != nil {
		return err
	}
	if s.json {
		err = writeJSON(out, report)
	} else {
		s.steps.Close() // the checklist follows what it has written
		report.Print(out, marks(os.Stdout))
	}
	return errors.Join(err, report.Err())
}

// verification runs the checks as one step. unreachable is why the cluster is
// not looked into.
func (s *settings) verification(ctx context.Context, d deployed, unreachable error, want wantedVerification, goal release.Goal) (report verify.Report, err error) {
	name := "Verification"
	if goal.Track != "" {
		name += " of track " + goal.Track
	}
	err = s.step(name, func(detail func(string)) (string, error) {
		options := want.options()
		options.Begin, options.Image = detail, string(goal.Image)
		stack, err := stacks.OperatorOf(s.stackFile())
		if err != nil {
			return "", err
		}
		if !want.frontendSet {
			options.Frontend = stack.FrontendURL
		}
		options.URL = cmp.Or(want.url, stack.APIURL)
		if unreachable != nil {
			options.NoCluster = unreachable.Error()
		} else {
			close, err := s.lookInside(ctx, d, goal, &options)
			defer close()
			if err != nil {
				return "", err
			}
		}
		s.tokenFor(ctx, d, unreachable, want, &options)
		if report, err = verify.Run(ctx, options); err != nil {
			return "", err
		}
		if want.strict {
			report = report.Strict()
		}
		note := fmt.Sprintf("%d ok, %d failed, %d skipped", report.Count(verify.OK), report.Count(verify.Failed), report.Count(verify.Skipped))
		return note, want.writeJUnit(report, s.stack)
	})
	return report, err
}

// lookInside gives the checks the cluster, and a way to the API where it has no
// address of its own.
func (s *settings) lookInside(ctx context.Context, d deployed, goal release.Goal, options *verify.Options) (done func(), err error) {
	done = func() {}
	cluster, err := d.serving()
	if err != nil {
		return done, err
	}
	options.Cluster = inside{deployed: d, cluster: cluster, track: goal.Track}
	switch {
	case goal.Track != "" && d.Release.Meshed:
		options.Header = http.Header{http.CanonicalHeaderKey(d.Release.TrackHeader): {goal.Track}}
		return done, nil
	case options.URL != "":
		return done, nil
	case d.target.cluster != nil && goal.Track == "":
		options.URL, err = d.exposed(ctx)
		return done, err
	}
	pods, err := cluster.Pods(ctx, goal.Track)
	if err != nil {
		return done, err
	}
	if len(pods) == 0 {
		return done, fmt.Errorf("no pod of the API serves in namespace %s: `tripsage status` and `kubectl -n %s get pods` tell more", d.Namespace, d.Namespace)
	}
	way, err := d.tunnel(ctx, pods[0].Name, apiPort)
	if err != nil {
		return done, err
	}
	options.URL = way.url
	return func() { _ = way.close() }, nil
}

// marks are the first words of the checklist's lines.
func marks(file *os.File) func(verify.Status) string {
	color := progress.Detect(file, os.Getenv).Color
	return func(status verify.Status) string {
		word := map[verify.Status]string{verify.OK: "ok     ", verify.Failed: "FAILED ", verify.Skipped: "skipped"}[status]
		code := map[verify.Status]string{verify.OK: "32", verify.Failed: "31", verify.Skipped: "33"}[status]
		if !color {
			return word
		}
		return "\x1b[" + code + "m" + word + "\x1b[0m"
	}
}
