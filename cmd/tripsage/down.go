package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/localcluster"
)

func downCommand(f *flags) *cobra.Command {
	var purge bool
	command := &cobra.Command{
		Use: "down", Short: "Stop the embedded cluster, or take the stack off the cluster of KUBECONFIG", Args: cobra.NoArgs,
		Long: `Stop the embedded cluster. Its data stays, and the next up continues with it;
--purge deletes the data too.

With KUBECONFIG, the stack's resources are deleted from the cluster that it
names, and the cluster is left running.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error { return down(cmd.Context(), s, purge) })
		},
	}
	command.Flags().BoolVar(&purge, "purge", false, "delete the embedded cluster's data as well: the database, the state, the certificates")
	return command
}

func down(ctx context.Context, s *settings, purge bool) error {
	if s.kubeconfig != "" {
		return s.destroy(ctx)
	}
	// Both kinds may have been started here at different times.
	var faults []error
	for _, nodes := range []localcluster.Nodes{localcluster.Real, localcluster.Simulated} {
		if s.nodes != "auto" && s.nodes != string(nodes) {
			continue
		}
		cluster, err := localcluster.Open(s.stateDir, nodes)
		if err == nil && cluster.Exists() {
			err = s.step("Stop the cluster ("+string(nodes)+" nodes)", func(func(string)) (string, error) {
				return stopCluster(ctx, cluster, purge)
			})
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func stopCluster(ctx context.Context, cluster *localcluster.Cluster, purge bool) (note string, err error) {
	was, err := cluster.Stop(ctx)
	if err != nil {
		return "", err
	}
	if err := engine.EndOrphans(ctx, filepath.Join(cluster.Dir(), "pulumi")); err != nil {
		return "", err
	}
	note = "its data is kept in " + cluster.Dir()
	if !was {
		note = "was not running; " + note
	}
	if purge {
		note = "its data is deleted"
		err = cluster.Purge()
	}
	return note, err
}

// destroy takes the stack off a cluster that is not ours.
func (s *settings) destroy(ctx context.Context) error {
	t, err := s.choose(ctx)
	if err != nil {
		return err
	}
	built, err := s.engine(ctx)
	if err != nil {
		return err
	}
	options := s.engineOptions(t)
	options.PulumiRoot, options.Plugins = built.Root, built.Plugins
	return s.step("Destroy stack "+s.stack, func(detail func(string)) (string, error) {
		options.Progress = func(e engine.Event) { detail(describeEvent(e)) }
		summary, err := engine.Destroy(ctx, options)
		return fmt.Sprintf("%d deleted", len(summary.Changes)), err
	})
}
