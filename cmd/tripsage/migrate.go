package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/localcluster"
)

// wantedMigration is what the flags of migrate ask for.
type wantedMigration struct {
	arguments []string // of the API's program, after migrate
	track     string
	force     bool // to lose data in a protected stack
	loses     bool
}

func migrateCommand(f *flags) *cobra.Command {
	command := &cobra.Command{
		Use: "migrate", Short: "Change the schema of the stack's database, or show its state", Args: cobra.NoArgs,
		Long: `Run the API's own migration program once more, by hand: in the cluster, with the
image, the account, the secret and the network policies of the Job that migrates
before each roll-out. Its log comes to standard output, and what it leaves in the
cluster is deleted.

It needs a stack that has been brought up with the release whose migrations are
meant: an image that is not in the cluster cannot run there.`,
	}
	var track string
	command.PersistentFlags().StringVar(&track, "track", "", "track whose image runs, when the release has several: blue, green, stable or canary")
	run := func(cmd *cobra.Command, want wantedMigration) error {
		want.track = track
		return f.run(func(s *settings) error {
			return migrateByHand(cmd.Context(), s, want, cmd.OutOrStdout(), cmd.ErrOrStderr())
		})
	}
	command.AddCommand(migrateUpCommand(run), migrateDownCommand(run), migrateStatusCommand(run))
	return command
}

type runMigration func(*cobra.Command, wantedMigration) error

func migrateUpCommand(run runMigration) *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Apply the migrations that the database lacks", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd, wantedMigration{arguments: []string{"up"}})
		},
	}
}

func migrateDownCommand(run runMigration) *cobra.Command {
	var steps int
	var force bool
	command := &cobra.Command{
		Use: "down", Short: "Roll the last migrations back, and delete what they hold", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if steps < 1 {
				return fmt.Errorf("--steps %d: expected 1 or more", steps)
			}
			return run(cmd, wantedMigration{arguments: []string{"down", "-steps", strconv.Itoa(steps)}, force: force, loses: true})
		},
	}
	command.Flags().IntVar(&steps, "steps", 1, "how many migrations to roll back")
	command.Flags().BoolVar(&force, "force", false, "delete data of a protected stack too")
	return command
}

func migrateStatusCommand(run runMigration) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "List the migrations; fails when the database is not up to date", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd, wantedMigration{arguments: []string{"status"}})
		},
	}
}

// ran is what migrate reports as JSON.
type ran struct {
	Stack     string   `json:"stack"`
	Image     string   `json:"image"`
	Arguments []string `json:"arguments"`
}

func migrateByHand(ctx context.Context, s *settings, want wantedMigration, out, notes io.Writer) error {
	d, err := s.deployed(ctx)
	if err != nil {
		return err
	}
	if d.target.cluster != nil && d.target.cluster.Nodes != localcluster.Real {
		return errors.New("pods are simulated here, so there is no database and nothing that could migrate it: " +
			"run `tripsage up` as root on Linux, or set KUBECONFIG to a cluster of yours")
	}
	if want.loses && d.Protected && !want.force {
		return fmt.Errorf("stack %q is protected (tripsage:kubernetes.protect), and a rollback deletes data: "+
			"make a backup, and repeat it with --force if you mean it", s.stack)
	}
	made, err := d.migration(ctx, want.track)
	if err != nil {
		return err
	}
	log := out
	if s.json {
		log = notes // the result is for standard output
	}
	once := byHand(made, append([]string{"migrate"}, want.arguments...))
	if err := d.runJob(ctx, once, log); err != nil {
		return err
	}
	if !s.json {
		return nil
	}
	container := once.Spec.Template.Spec.Containers[0]
	return writeJSON(out, ran{Stack: s.stack, Image: container.Image, Arguments: container.Args})
}
