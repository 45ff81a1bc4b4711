package githubdelivery

import (
	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func newActionsPolicy(ctx *pulumi.Context, o owner, policy ActionsPolicy) error {
	_, err := github.NewActionsRepositoryPermissions(ctx, o.logical+"-actions", &github.ActionsRepositoryPermissionsArgs{
		Repository:     o.repository,
		Enabled:        pulumi.Bool(true),
		AllowedActions: pulumi.String("selected"),
		AllowedActionsConfig: &github.ActionsRepositoryPermissionsAllowedActionsConfigArgs{
			GithubOwnedAllowed: pulumi.Bool(true),
			VerifiedAllowed:    pulumi.Bool(policy.Verified),
			PatternsAlloweds:   pulumi.ToStringArray(policy.Patterns),
		},
	}, o.parent(), pulumi.Protect(o.protect))
	return err
}

func newOIDC(ctx *pulumi.Context, o owner, oidc OIDC) error {
	_, err := github.NewActionsRepositoryOidcSubjectClaimCustomizationTemplate(ctx, o.logical+"-oidc",
		&github.ActionsRepositoryOidcSubjectClaimCustomizationTemplateArgs{
			Repository:       o.repository,
			UseDefault:       pulumi.Bool(false),
			IncludeClaimKeys: pulumi.ToStringArray(oidc.Claims),
		}, o.parent(), pulumi.Protect(o.protect))
	return err
}
