package preview

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/components/githubdelivery"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const deliverySecret = "the-access-token-of-production"

// delivery is a production environment that also owns the repository's rules.
func delivery(ctx *pulumi.Context) error {
	_, err := githubdelivery.New(ctx, "production", githubdelivery.Args{
		Repository:       "infrastructure",
		Reviewers:        githubdelivery.Reviewers{Users: []int{1001}, Teams: []int{2001}},
		RequireReviewers: true,
		WaitMinutes:      10,
		Tags:             []string{"v*"},
		Variables:        map[string]string{"PULUMI_STACK": "production"},
		Secrets: map[string]pulumi.StringInput{
			"PULUMI_ACCESS_TOKEN": pulumi.ToSecret(pulumi.String(deliverySecret)).(pulumi.StringOutput),
		},
		Branch: &githubdelivery.BranchRules{
			Checks: []githubdelivery.Check{{Name: "test"}},
			Bypass: []githubdelivery.Actor{{Type: githubdelivery.Team, ID: 2001}},
		},
		Tag:     &githubdelivery.TagRules{},
		Actions: &githubdelivery.ActionsPolicy{Patterns: []string{"pulumi/actions@*"}},
		OIDC:    &githubdelivery.OIDC{},
		Files:   []githubdelivery.File{{Repository: "frontend", Path: "vercel.json", Content: "{}\n"}},
	})
	return err
}

func TestPreviewOfDelivery(t *testing.T) {
	w := newWorld(t, delivery)
	summary, err := engine.Preview(t.Context(), w.options)
	require.NoError(t, err)
	assert.Empty(t, summary.Warnings)
	pulumitest.Golden(t, "delivery.txt", []byte(list(summary)))
	assert.Empty(t, w.github.writes())
}

// What the provider makes of our inputs is what GitHub would get, and once it
// has it there is nothing left to do.
func TestDeliveryIsSent(t *testing.T) {
	w := newWorld(t, delivery)
	summary, err := engine.Up(t.Context(), w.options)
	require.NoError(t, err)
	assert.Empty(t, summary.Warnings)

	writes := w.github.writes()
	for _, one := range writes {
		if body, ok := one.Body.(object); ok && body["encrypted_value"] != nil {
			assert.NotContains(t, one.text(), deliverySecret)
			body["encrypted_value"] = "sealed anew each time"
		}
	}
	pulumitest.Golden(t, "delivery-requests.json", written(t, writes))
	nowhere(t, w.options, deliverySecret)

	w.nothingLeft(t)
}
