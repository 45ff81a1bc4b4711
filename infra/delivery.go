package infra

import (
	"strings"

	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/githubdelivery"
)

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
	_, err = githubdelivery.New(ctx, deliveryName, args, pulumi.Provider(provider))
	return err
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
		Variables:   s.deliveryVariables(),
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

// deliveryVariables tell the workflow where things are.
func (s Spec) deliveryVariables() map[string]string {
	variables := map[string]string{"KUBE_NAMESPACE": s.Kubernetes.Namespace}
	if s.Mesh != nil {
		variables["API_URL"] = s.apiURL()
	}
	if s.Vercel != nil {
		variables["FRONTEND_URL"] = "https://" + s.Vercel.Domain
	}
	return variables
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
