package vercelproject

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	projectType  = "vercel:index/project:Project"
	variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"
	domainType   = "vercel:index/projectDomain:ProjectDomain"
	recordType   = "vercel:index/dnsRecord:DnsRecord"
	firewallType = "vercel:index/firewallConfig:FirewallConfig"

	hidden = "a-value-that-nobody-may-see"
)

func secretValue() pulumi.StringInput {
	return pulumi.ToSecret(pulumi.String(hidden)).(pulumi.StringOutput)
}

// full has every argument that has no default, and two of each list.
func full() Args {
	return Args{
		Team:             "team_tripsage",
		Repository:       "tripsage/frontend",
		ProductionBranch: "release",
		Site: Site{
			RootDirectory: "frontend",
			Origins: Origins{
				API: "https://api.tripsage.ai", Supabase: "https://abc.supabase.co", Sentry: "https://o1.ingest.sentry.io",
				GoogleMaps: true, Stripe: true, Analytics: true,
			},
		},
		Environment: map[Target]Variables{
			Production: {
				Plain:  map[string]string{"NEXT_PUBLIC_API_URL": "https://api.tripsage.ai", "NEXTAUTH_URL": "https://app.tripsage.ai"},
				Secret: map[string]pulumi.StringInput{"NEXTAUTH_SECRET": secretValue(), "SENTRY_DSN": secretValue()},
			},
			Preview: {
				Plain:  map[string]string{"NEXT_PUBLIC_API_URL": "https://api.staging.tripsage.ai"},
				Secret: map[string]pulumi.StringInput{"NEXTAUTH_SECRET": secretValue()},
			},
			Development: {Plain: map[string]string{"NEXT_PUBLIC_API_URL": "http://localhost:8000"}},
		},
		Domains: []Domain{
			{Name: "www.tripsage.ai", RedirectTo: "app.tripsage.ai"},
			{Name: "app.tripsage.ai"},
			{Name: "tripsage.ai", RedirectTo: "app.tripsage.ai", StatusCode: 307},
			{Name: "next.tripsage.ai", Branch: "next"},
		},
		Zone:    Zone{Name: "tripsage.ai", IPv4: []string{"76.76.21.21", "76.76.21.22"}},
		Protect: true,
		Firewall: Firewall{
			DenyIPs: []string{"198.51.100.7", "203.0.113.0/24"},
		},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "web", args)
		return err
	}
}

func up(t *testing.T, change func(*Args)) pulumitest.Recording {
	t.Helper()
	args := full()
	change(&args)
	recording, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	return recording
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "full.json", program(full()))
	componenttest.Contract(t, recording, Type, "web")
	assert.True(t, recording.One(t, projectType, "web").Protect)
	for _, one := range recording.Resources {
		if one.Type != projectType {
			assert.False(t, one.Protect, one.Name)
		}
	}
}

// The least that a team has to say: everything else is in defaults.
func TestTreeOfDefaults(t *testing.T) {
	recording := componenttest.Golden(t, "defaults.json", program(Args{Repository: "tripsage/frontend", ProductionBranch: "main"}))
	componenttest.Contract(t, recording, Type, "web")
	project := recording.One(t, projectType, "web")
	assert.NotContains(t, project.Inputs, "teamId")
	assert.NotContains(t, project.Inputs, "rootDirectory")
	assert.Equal(t, "cd frontend && pnpm build", project.Inputs["buildCommand"])
	assert.Empty(t, recording.OfType(recordType), "without a zone nobody touches DNS")
}

// Everything that only the Enterprise plan has, passwords, and a staging site
// that nobody outside may see.
func TestTreeOfEnterprise(t *testing.T) {
	recording := componenttest.Golden(t, "enterprise.json", program(Args{
		Repository: "tripsage/frontend", ProductionBranch: "main",
		Site:          Site{Plan: Enterprise, Regions: []string{"fra1", "iad1", "sin1"}, TimeoutSeconds: 60},
		Protection:    Protection{Method: "password", Password: secretValue(), Everything: true},
		Firewall:      Firewall{OWASP: "deny", AttackMode: true, RateLimits: []RateLimit{}, DenyPaths: []string{}},
		PromoteByHand: true,
	}))
	project := recording.One(t, projectType, "web").Inputs
	assert.Equal(t, "fra1", project["serverlessFunctionRegion"])
	assert.Equal(t, false, project["autoAssignCustomDomains"])
	assert.Equal(t, map[string]any{"deploymentType": "all_deployments"}, project["vercelAuthentication"])
	assert.NotContains(t, recording.One(t, firewallType, "web").Inputs, "rules")
}

func TestSecretsAreSensitiveAndPlainTextIsShownNowhere(t *testing.T) {
	recording := up(t, func(*Args) {})
	sensitive := 0
	for _, one := range recording.OfType(variableType) {
		if one.Inputs["sensitive"] == true {
			sensitive++
			assert.Equal(t, map[string]any{"secret": hidden}, one.Inputs["value"])
			assert.NotEqual(t, []any{"development"}, one.Inputs["targets"])
		}
	}
	assert.Equal(t, 3, sensitive)
	text := string(recording.JSON(t))
	assert.Equal(t, 3, strings.Count(text, hidden))
	assert.Equal(t, 3, strings.Count(text, `"secret": "`+hidden+`"`))
}

func TestRedirectsWaitForTheirTarget(t *testing.T) {
	recording := up(t, func(*Args) {})
	assert.Len(t, recording.OfType(domainType), 4)
	assert.Equal(t, 308.0, recording.One(t, domainType, "web-www.tripsage.ai").Inputs["redirectStatusCode"])
	assert.Equal(t, 307.0, recording.One(t, domainType, "web-tripsage.ai").Inputs["redirectStatusCode"])
	assert.NotContains(t, recording.One(t, domainType, "web-app.tripsage.ai").Inputs, "redirect")
	assert.Equal(t, "next", recording.One(t, domainType, "web-next.tripsage.ai").Inputs["gitBranch"])
}

func TestRecordsOfTheGuide(t *testing.T) {
	recording := up(t, func(a *Args) { a.Zone.IPv6 = []string{"2600:1f13:e42:ad00::1"} })
	got := map[string]string{}
	for _, one := range recording.OfType(recordType) {
		got[one.Name] = one.Inputs["type"].(string) + " " + one.Inputs["name"].(string) + " " + one.Inputs["value"].(string)
	}
	assert.Equal(t, map[string]string{
		"web-dns-apex-a":     "A  76.76.21.21",
		"web-dns-apex-a-2":   "A  76.76.21.22",
		"web-dns-apex-aaaa":  "AAAA  2600:1f13:e42:ad00::1",
		"web-dns-app-cname":  "CNAME app cname.vercel-dns.com.",
		"web-dns-www-cname":  "CNAME www cname.vercel-dns.com.",
		"web-dns-next-cname": "CNAME next cname.vercel-dns.com.",
	}, got)
}

func TestPreviewsWithoutProtectionLeaveTheReasonInTheState(t *testing.T) {
	open := Protection{Method: "none", Reason: "public demo"}
	recording := up(t, func(a *Args) { a.Protection = open })
	assert.Equal(t, map[string]any{"deploymentType": "none"}, recording.One(t, projectType, "web").Inputs["vercelAuthentication"])
	assert.Equal(t, "none: public demo", open.summary())
	assert.Equal(t, "vercel, standard_protection", Protection{Method: "vercel"}.summary())
}

// What the project says and what vercel.json says come from the same values.
func TestProjectAgreesWithJSON(t *testing.T) {
	project := up(t, func(*Args) {}).One(t, projectType, "web").Inputs
	text, err := JSON(full().Site)
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, json.Unmarshal(text, &file))
	for _, key := range []string{"framework", "installCommand", "buildCommand", "devCommand", "outputDirectory"} {
		assert.Equal(t, project[key], file[key], key)
	}
	assert.Equal(t, project["serverlessFunctionRegion"], file["regions"].([]any)[0])
}

func TestOutputs(t *testing.T) {
	var id, team string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "web", full())
		if err != nil {
			return err
		}
		pulumi.All(c.ProjectID, c.TeamID).ApplyT(func(in []any) error {
			id, team = in[0].(string), in[1].(string)
			return nil
		})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "web-id", id)
	assert.Equal(t, "team_tripsage", team)
}

func TestNewLeavesTheCallersArgsAlone(t *testing.T) {
	args := full()
	args.Firewall.RateLimits = []RateLimit{{Path: "/a", Requests: 1, WindowSeconds: 10}, {Path: "/a/longer", Requests: 1, WindowSeconds: 10}}
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Equal(t, "/a", args.Firewall.RateLimits[0].Path)
	assert.Zero(t, args.Domains[0].StatusCode)
	assert.Nil(t, args.Site.Functions)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "vercelproject web:")
	assert.Empty(t, recording.Resources)
}
