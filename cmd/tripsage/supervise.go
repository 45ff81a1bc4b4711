package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// superviseCommand is what `tripsage up` starts to own the cluster.
func superviseCommand() *cobra.Command {
	return &cobra.Command{
		Use: localcluster.SupervisorCommand + " SETTINGS", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var settings supervisor.Settings
			if err := json.Unmarshal([]byte(args[0]), &settings); err != nil {
				return err
			}
			return supervisor.Run(cmd.Context(), settings)
		},
	}
}
