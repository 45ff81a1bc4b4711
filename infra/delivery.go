package infra

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/githubdelivery"
)

// pullRequests are the refs that jobs of pull requests run on: environments
// judge by them since December 2025 (GitHub's changelog of 7 November 2025).
const pullRequests = "refs/pull/*/merge"

// deployDelivery makes what the pipeline needs at GitHub. The token comes from
// GITHUB_TOKEN; the SDK puts it into the state as a secret, so encrypted.
func deployDelivery(ctx *pulumi.Context, spec Spec) error {
	if spec.GitHub == nil {
		return nil
	}
	provider, err := github.NewProvider(ctx, "github", &github.ProviderArgs{Owner: pulumi.String(spec.GitHub.Owner)})
	if err != nil {
		return err
	}
	args, err := spec.delivery()
	if err != nil {
		return err
	}
	if _, err = githubdelivery.New(ctx, deliveryName, args, pulumi.Provider(provider)); err != nil {
		return err
	}
	_, err = githubdelivery.New(ctx, previewsName, spec.previews(), pulumi.Provider(provider))
	return err
}

// previews is the environment of jobs that look at what an update would do:
// those of pull requests, and the nightly comparison. Nobody has to approve, and
// its tokens are its own.
func (s Spec) previews() githubdelivery.Args {
	return githubdelivery.Args{
		Repository:  s.GitHub.Repository,
		Environment: "preview-" + s.Environment,
		Branches:    []string{"main", pullRequests},
		Variables:   s.GitHub.login(),
		Protect:     s.Kubernetes.Protect,
		Secrets: map[string]pulumi.StringInput{
			"DELIVERY_TOKEN": s.GitHub.PreviewDeliveryToken.input(), "VERCEL_API_TOKEN": s.GitHub.PreviewVercelToken.input(),
		},
	}
}

func (s Spec) delivery() (githubdelivery.Args, error) {
	pipeline := s.GitHub
	args := githubdelivery.Args{
		Repository:  pipeline.Repository,
		Environment: s.Environment,
		Reviewers:   githubdelivery.Reviewers{Users: pipeline.Reviewers, Teams: pipeline.ReviewerTeams},
		WaitMinutes: pipeline.WaitMinutes,
		Branches:    unlessEmpty(pipeline.Branch),
		Tags:        unlessEmpty(pipeline.Tags),
		Variables:   pipeline.login(),
		Secrets:     pipeline.secrets(),
		Protect:     s.Kubernetes.Protect,
	}
	pipeline.ownRepository(&args)
	if s.Vercel != nil && s.Vercel.PublishTo != "" {
		content, err := s.VercelJSON()
		if err != nil {
			return args, err
		}
		args.Files = []githubdelivery.File{{
			Repository: repositoryName(s.Vercel.Repository),
			Branch:     s.Vercel.PublishTo,
			Path:       s.site().JSONPath(),
			Content:    string(content),
		}}
	}
	return args, nil
}

// ownRepository adds the rules of the whole repository, for the one stack that
// names the required checks.
func (g GitHub) ownRepository(args *githubdelivery.Args) {
	if len(g.RequiredChecks) == 0 {
		return
	}
	rules := &githubdelivery.BranchRules{}
	for _, name := range g.RequiredChecks {
		rules.Checks = append(rules.Checks, githubdelivery.Check{Name: name})
	}
	args.Branch = rules
	args.Tag = &githubdelivery.TagRules{}
	args.Actions = &githubdelivery.ActionsPolicy{Verified: true}
	args.OIDC = &githubdelivery.OIDC{}
}

// secrets are named as the workflows read them.
func (g GitHub) secrets() map[string]pulumi.StringInput {
	all := map[string]pulumi.StringInput{"DELIVERY_TOKEN": g.DeliveryToken.input(), "VERCEL_API_TOKEN": g.VercelToken.input()}
	if g.SmokeToken.IsSet() {
		all["SMOKE_TOKEN"] = g.SmokeToken.input()
	}
	return all
}

// login says where jobs log in, named as the workflows read it.
func (g GitHub) login() map[string]string {
	all := map[string]string{
		"CLUSTER_SERVER": g.ClusterServer, "CLUSTER_CA": g.ClusterCA, "CLUSTER_AUDIENCE": g.ClusterAudience,
		"PULUMI_ORGANIZATION": g.PulumiOrganization,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" }) // GitHub keeps no empty ones
	return all
}

func unlessEmpty(pattern string) []string {
	if pattern == "" {
		return nil
	}
	return []string{pattern}
}

// repositoryName drops the owner.
func repositoryName(full string) string {
	_, name, _ := strings.Cut(full, "/")
	return name
}
