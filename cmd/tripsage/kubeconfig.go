package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/actionsid"
)

// githubWait is how long GitHub may take to answer.
const githubWait = 30 * time.Second

func kubeconfigCommand() *cobra.Command {
	var cluster actionsid.Cluster
	var out string
	command := &cobra.Command{
		Use: "kubeconfig", Short: "Write a kubeconfig that logs a job of GitHub Actions in by its own identity", Args: cobra.NoArgs,
		Long: `Write a kubeconfig that logs a job of GitHub Actions in by its own identity.

The API server must trust the issuer https://token.actions.githubusercontent.com
for the audience. CLUSTER_CA holds the certificate authority of the server's
certificate, as PEM or base64. The file holds no secret: each time a token is
needed it runs "tripsage credential".`,
		RunE: func(*cobra.Command, []string) error {
			cluster.Authority = os.Getenv("CLUSTER_CA")
			program, err := os.Executable()
			if err != nil {
				return fmt.Errorf("the path of this program: %w", err)
			}
			return cluster.WriteKubeconfig(out, program, "credential", "--audience", cluster.Audience)
		},
	}
	command.Flags().StringVar(&cluster.Context, "context", "", "name of the context, as the stack's file expects it")
	command.Flags().StringVar(&cluster.Server, "server", "", "address of the API server")
	command.Flags().StringVar(&cluster.Audience, "audience", "", "whom the tokens are for: the API server's --oidc-client-id")
	command.Flags().StringVar(&out, "out", "kubeconfig", "file to write")
	return command
}

func credentialCommand() *cobra.Command {
	var audience string
	command := &cobra.Command{
		Use: "credential", Short: "Print a token of this GitHub Actions job for a cluster (the kubeconfig runs this)", Args: cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client := &http.Client{Timeout: githubWait}
			credential, err := actionsid.Credential(cmd.Context(), client, os.Getenv, audience)
			if err != nil {
				return err
			}
			return printJSON(credential)
		},
	}
	command.Flags().StringVar(&audience, "audience", "", "whom the token is for")
	return command
}
