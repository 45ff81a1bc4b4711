package githubdelivery

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment"
	policyType      = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
	variableType    = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
	secretType      = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret"
	rulesetType     = "github:index/repositoryRuleset:RepositoryRuleset"
	fileType        = "github:index/repositoryFile:RepositoryFile"
	requestType     = "github:index/repositoryPullRequest:RepositoryPullRequest"
)

func secretText(text string) pulumi.StringInput {
	return pulumi.ToSecret(pulumi.String(text)).(pulumi.StringOutput)
}

// staging owns nothing but its environment.
func staging() Args {
	return Args{
		Repository: "infrastructure",
		Branches:   []string{"main"},
		Variables:  map[string]string{"PULUMI_STACK": "staging", "KUBE_NAMESPACE": "staging"},
		Secrets:    map[string]pulumi.StringInput{"PULUMI_ACCESS_TOKEN": secretText("staging-token-value")},
	}
}

// production owns the repository's rules and the frontend's vercel.json too.
func production() Args {
	return Args{
		Repository:       "infrastructure",
		Reviewers:        Reviewers{Users: []int{1001}, Teams: []int{2001, 2002}},
		RequireReviewers: true,
		WaitMinutes:      10,
		Tags:             []string{"v*"},
		Variables:        map[string]string{"PULUMI_STACK": "production", "NEXT_PUBLIC_API_URL": "https://api.tripsage.ai"},
		Secrets: map[string]pulumi.StringInput{
			"PULUMI_ACCESS_TOKEN": secretText("production-token-value"),
			"KUBE_CONFIG":         secretText("production-kubeconfig-value"),
		},
		Branch: &BranchRules{
			Checks: []Check{{Name: "test"}, {Name: "license/cla", App: 86}},
			Bypass: []Actor{{Type: Team, ID: 2001}},
		},
		Tag:     &TagRules{},
		Actions: &ActionsPolicy{Patterns: []string{"pulumi/actions@*", "docker/*"}},
		OIDC:    &OIDC{},
		Files: []File{{
			Repository: "frontend", Path: "vercel.json", Content: "{\"framework\":\"nextjs\"}\n",
		}},
		Protect: true,
	}
}

func program(name string, args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, name, args)
		return err
	}
}

func TestStagingTree(t *testing.T) {
	recording := componenttest.Golden(t, "staging.json", program("staging", staging()))
	componenttest.Contract(t, recording, Type, "staging")
	assert.Empty(t, recording.OfType(rulesetType), "the repository's rules belong to another stack")
	environment := recording.One(t, environmentType, "staging")
	assert.False(t, environment.Protect)
	assert.Equal(t, false, environment.Inputs["canAdminsBypass"])
	assert.Equal(t, false, environment.Inputs["preventSelfReview"], "nothing to review")
	assert.NotContains(t, environment.Inputs, "reviewers")
}

func TestProductionTree(t *testing.T) {
	recording := componenttest.Golden(t, "production.json", program("production", production()))
	componenttest.Contract(t, recording, Type, "production")
	environment := recording.One(t, environmentType, "production")
	assert.True(t, environment.Protect)
	assert.Equal(t, true, environment.Inputs["preventSelfReview"])
	policies := recording.OfType(policyType)
	require.Len(t, policies, 1)
	assert.Equal(t, "v*", policies[0].Inputs["tagPattern"])
	assert.NotContains(t, policies[0].Inputs, "branchPattern")
	for _, one := range recording.OfType(rulesetType) {
		assert.True(t, one.Protect, one.Name)
		assert.Equal(t, "active", one.Inputs["enforcement"], one.Name)
	}
}

// No value of a secret is in the recording but under its mark.
func TestSecretsStaySecret(t *testing.T) {
	recording, err := pulumitest.Up(program("production", production()))
	require.NoError(t, err)
	for _, name := range []string{"PULUMI_ACCESS_TOKEN", "KUBE_CONFIG"} {
		one := recording.One(t, secretType, "production-secret-"+name)
		marked, ok := one.Inputs["plaintextValue"].(map[string]any)
		require.True(t, ok, "%s is not marked secret: %v", name, one.Inputs)
		assert.Contains(t, marked["secret"], "-value")
		delete(one.Inputs, "plaintextValue")
	}
	assert.NotContains(t, string(recording.JSON(t)), "token-value")
	assert.NotContains(t, string(recording.JSON(t)), "kubeconfig-value")
}

// An output that its maker forgot to mark is marked here.
func TestUnmarkedOutputsBecomeSecret(t *testing.T) {
	args := staging()
	args.Secrets["PULUMI_ACCESS_TOKEN"] = pulumi.String("plain").ToStringOutput()
	recording, err := pulumitest.Up(program("staging", args))
	require.NoError(t, err)
	one := recording.One(t, secretType, "staging-secret-PULUMI_ACCESS_TOKEN")
	assert.Equal(t, map[string]any{"secret": "plain"}, one.Inputs["plaintextValue"])
}

// A proposal starts at the branch that it targets; the pull request waits for it.
func TestFileIsProposed(t *testing.T) {
	recording, err := pulumitest.Up(program("production", production()))
	require.NoError(t, err)
	file := recording.One(t, fileType, "production-file-frontend-vercel.json")
	request := recording.One(t, requestType, file.Name)
	assert.Regexp(t, `^infra/vercel-json-[0-9a-f]{10}$`, file.Inputs["branch"])
	assert.Equal(t, file.Inputs["branch"], request.Inputs["headRef"])
	assert.Equal(t, "main", request.Inputs["baseRef"])
	assert.Equal(t, "main", file.Inputs["autocreateBranchSourceBranch"])
	assert.Equal(t, "frontend", request.Inputs["baseRepository"])
	assert.True(t, file.RetainOnDelete, "the site keeps its file when the stack goes")
	assert.NotContains(t, file.Inputs, "commitAuthor", "GitHub signs only what an App does in its own name")
}

func TestFileIsCommitted(t *testing.T) {
	args := production()
	args.Files[0].Direct = true
	recording, err := pulumitest.Up(program("production", args))
	require.NoError(t, err)
	file := recording.One(t, fileType, "production-file-frontend-vercel.json")
	assert.Equal(t, "main", file.Inputs["branch"])
	assert.Equal(t, false, file.Inputs["overwriteOnCreate"])
	assert.True(t, file.RetainOnDelete)
	assert.Empty(t, recording.OfType(requestType))
}

func TestOutputs(t *testing.T) {
	var environment string
	var requests []int
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "production", production())
		if err != nil {
			return err
		}
		pulumi.All(c.Environment, c.PullRequests).ApplyT(func(in []any) error {
			environment, requests = in[0].(string), in[1].([]int)
			return nil
		})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "production", environment)
	assert.Len(t, requests, 1)
}

func TestNewLeavesTheCallersArgsAlone(t *testing.T) {
	args := production()
	_, err := pulumitest.Up(program("production", args))
	require.NoError(t, err)
	assert.Equal(t, 0, args.Branch.Checks[0].App)
	assert.Equal(t, 0, args.Branch.Approvals)
	assert.Empty(t, args.Tag.Patterns)
	assert.Empty(t, args.OIDC.Claims)
	assert.Empty(t, args.Files[0].Branch)
	assert.Empty(t, args.Environment)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program("production", Args{}))
	assert.ErrorContains(t, err, "githubdelivery production:")
	assert.Empty(t, recording.Resources)
}
