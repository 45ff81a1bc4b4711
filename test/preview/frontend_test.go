package preview

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/components/vercelproject"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const frontendSecret = "the-key-of-the-service-role"

// frontend has one of everything that the component makes.
func frontend(ctx *pulumi.Context) error {
	_, err := vercelproject.New(ctx, "tripsage", vercelproject.Args{
		Team:             team,
		Repository:       "tripsage/frontend",
		ProductionBranch: "release",
		Site: vercelproject.Site{
			Plan:    vercelproject.Enterprise,
			Origins: vercelproject.Origins{API: "https://api.tripsage.ai"},
		},
		Environment: map[vercelproject.Target]vercelproject.Variables{
			vercelproject.Production: {
				Plain: map[string]string{"NEXT_PUBLIC_API_URL": "https://api.tripsage.ai"},
				Secret: map[string]pulumi.StringInput{
					"SUPABASE_SERVICE_ROLE_KEY": pulumi.ToSecret(pulumi.String(frontendSecret)).(pulumi.StringOutput),
				},
			},
		},
		Domains: []vercelproject.Domain{
			{Name: "tripsage.ai", RedirectTo: "www.tripsage.ai"},
			{Name: "www.tripsage.ai"},
		},
		Zone:     vercelproject.Zone{Name: "tripsage.ai"},
		Firewall: vercelproject.Firewall{OWASP: "deny", DenyIPs: []string{"192.0.2.0/24"}, AttackMode: true},
		Protection: vercelproject.Protection{
			Method:   "password",
			Password: pulumi.ToSecret(pulumi.String(frontendSecret)).(pulumi.StringOutput),
		},
	})
	return err
}

func TestPreviewOfFrontend(t *testing.T) {
	w := newWorld(t, frontend)
	summary, err := engine.Preview(t.Context(), w.options)
	require.NoError(t, err)
	assert.Empty(t, summary.Warnings)
	pulumitest.Golden(t, "frontend.txt", []byte(list(summary)))
	assert.Empty(t, w.vercel.writes())
}

// What the provider makes of our inputs is what Vercel would get, and once it
// has it there is nothing left to do.
func TestFrontendIsSent(t *testing.T) {
	w := newWorld(t, frontend)
	summary, err := engine.Up(t.Context(), w.options)
	require.NoError(t, err)
	assert.Empty(t, summary.Warnings)
	pulumitest.Golden(t, "frontend-requests.json", written(t, w.vercel.writes()))
	nowhere(t, w.options, frontendSecret)

	w.nothingLeft(t)
}
