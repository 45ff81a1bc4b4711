package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tripsage/infrastructure/cmd/tripsage/actionsid"
	"github.com/tripsage/infrastructure/cmd/tripsage/sticky"
)

// githubWait is how long GitHub may take to answer.
const githubWait = 30 * time.Second

// ciCommand holds what only the pipeline needs.
func ciCommand() *cobra.Command {
	command := &cobra.Command{Use: "ci", Short: "What the pipeline needs besides", Args: cobra.NoArgs}
	command.AddCommand(kubeconfigCommand(), credentialCommand(), commentCommand())
	return command
}

func kubeconfigCommand() *cobra.Command {
	var cluster actionsid.Cluster
	var out string
	command := &cobra.Command{
		Use: "kubeconfig", Short: "Write a kubeconfig that logs a job of GitHub Actions in by its own identity", Args: cobra.NoArgs,
		Long: `Write a kubeconfig that logs a job of GitHub Actions in by its own identity.

The API server must trust the issuer https://token.actions.githubusercontent.com
for the audience. CLUSTER_CA holds the certificate authority of the server's
certificate, as PEM or base64; without it a public one is expected. The file
holds no secret: each time a token is needed it runs "tripsage ci credential".`,
		RunE: func(*cobra.Command, []string) error {
			cluster.Authority = os.Getenv("CLUSTER_CA")
			program, err := os.Executable()
			if err != nil {
				return fmt.Errorf("the path of this program: %w", err)
			}
			return cluster.WriteKubeconfig(out, program, "ci", "credential", "--audience", cluster.Audience)
		},
	}
	flags := command.Flags()
	flags.StringVar(&cluster.Context, "context", "", "name of the context, as the stack's file expects it")
	flags.StringVar(&cluster.Server, "server", "", "address of the API server")
	flags.StringVar(&cluster.Audience, "audience", "", "whom the tokens are for: the API server's --oidc-client-id")
	flags.StringVar(&out, "out", "kubeconfig", "file to write")
	return command
}

func credentialCommand() *cobra.Command {
	var audience string
	command := &cobra.Command{
		Use: "credential", Short: "Print a token of this GitHub Actions job for a cluster (the kubeconfig runs this)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			credential, err := actionsid.Credential(cmd.Context(), &http.Client{Timeout: githubWait}, os.Getenv, audience)
			if err != nil {
				return err
			}
			return printJSON(credential)
		},
	}
	command.Flags().StringVar(&audience, "audience", "", "whom the token is for")
	return command
}

func commentCommand() *cobra.Command {
	comment := sticky.Comment{
		API: os.Getenv("GITHUB_API_URL"), Repository: os.Getenv("GITHUB_REPOSITORY"), Token: os.Getenv("GITHUB_TOKEN"),
		Client: &http.Client{Timeout: githubWait},
	}
	var file string
	command := &cobra.Command{
		Use: "comment", Short: "Write a file's text into the pull request's comment of that name, or change it", Args: cobra.NoArgs,
		Long: `Write a file's text into the pull request's comment of that name, or change it.

GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN (with pull-requests: write)
say where; GitHub Actions sets the first two.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := os.ReadFile(file) // #nosec G304 -- the user's file
			if err != nil {
				return fmt.Errorf("--file: %w", err)
			}
			return comment.Put(cmd.Context(), string(text))
		},
	}
	flags := command.Flags()
	flags.StringVar(&comment.Name, "name", "", "which comment, such as preview-staging")
	flags.IntVar(&comment.Pull, "pull", 0, "number of the pull request")
	flags.StringVar(&file, "file", "", "Markdown file")
	return command
}
