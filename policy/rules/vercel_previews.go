package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func vercelPreviews() rule.Rule {
	return rule.Rule{
		ID:       "vercel-previews",
		Title:    "Preview deployments ask who is there",
		Severity: rule.High,
		Reason: "A preview is a branch that nobody has reviewed, with the variables of the preview target, under an address that can be " +
			"guessed and that search engines find.",
		Fix: `Set vercelAuthentication.deploymentType to "standard_protection", which leaves the production domains open, or to ` +
			`"all_deployments". Say it even where it is the default, for that has changed between releases.`,
		Sources: []string{"Vercel documentation, Deployment Protection", "OWASP Top 10 for CI/CD, Insufficient Flow Control Mechanisms"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != vercelProject {
				return
			}
			if protects(r) {
				return
			}
			deployments := r.At("vercelAuthentication", "deploymentType")
			c.Violation(r, "%s is %s, and neither a password nor addresses protect previews", deployments.Path(), deployments.Show())
		},
	}
}

// protects says that previews are protected, or may be.
func protects(project rule.Resource) bool {
	return slices.ContainsFunc(gates(project), func(method rule.Value) bool {
		return !method.NotText("standard_protection", "standard_protection_new", "all_deployments", "only_preview_deployments")
	})
}

// gates say which deployments each method of protection is for.
func gates(r rule.Resource) []rule.Value {
	all := []rule.Value{r.At("vercelAuthentication", "deploymentType"), r.At("passwordProtection", "deploymentType")}
	if mode := r.At("trustedIps", "protectionMode"); mode.Unknown() || !mode.IsText("trusted_ip_optional") {
		all = append(all, r.At("trustedIps", "deploymentType"))
	}
	return all
}
