package preview

import (
	"testing"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"
	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// A preview is worth something because the providers object to what the
// services would not take. These are mistakes that compile.
func TestProvidersRefuse(t *testing.T) {
	for name, test := range map[string]struct {
		program pulumi.RunFunc
		words   string
	}{
		"a region that Vercel does not have": {
			program: func(ctx *pulumi.Context) error {
				_, err := vercel.NewProject(ctx, "p", &vercel.ProjectArgs{ServerlessFunctionRegion: pulumi.String("moon1")})
				return err
			},
			words: "The serverless function region moon1 is not supported on Vercel",
		},
		"an input of a later version": {
			program: func(ctx *pulumi.Context) error {
				_, err := vercel.NewProjectEnvironmentVariable(ctx, "v", &vercel.ProjectEnvironmentVariableArgs{
					ProjectId: pulumi.String(project), Key: pulumi.String("KEY"), Value: pulumi.String("value"),
					Targets: pulumi.ToStringArray([]string{"preview"}), Comment: pulumi.String("a word"),
				})
				return err
			},
			words: `an unexpected argument "comment" was provided`,
		},
		"a resource that is not served": {
			program: func(ctx *pulumi.Context) error {
				_, err := vercel.NewWebhook(ctx, "w", &vercel.WebhookArgs{
					Endpoint: pulumi.String("https://example.com"), Events: pulumi.ToStringArray([]string{"deployment.created"}),
				})
				return err
			},
			words: "vercel:index/webhook:Webhook",
		},
		"a ruleset for nothing": {
			program: func(ctx *pulumi.Context) error {
				_, err := github.NewRepositoryRuleset(ctx, "r", &github.RepositoryRulesetArgs{
					Repository: pulumi.String("infrastructure"), Enforcement: pulumi.String("always"), Target: pulumi.String("branch"),
					Rules: &github.RepositoryRulesetRulesArgs{Deletion: pulumi.Bool(true)},
				})
				return err
			},
			words: `expected enforcement to be one of ["disabled" "active" "evaluate"], got always`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.program)
			_, err := engine.Preview(t.Context(), w.options)
			assert.ErrorContains(t, err, test.words)
		})
	}
}
