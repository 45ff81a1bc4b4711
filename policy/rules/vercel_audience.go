package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelAudience() rule.Rule {
	return rule.Rule{
		ID:       "vercel-audience",
		Title:    "The production domains are open to visitors, or closed, as the stack wants it",
		Severity: rule.High,
		Reason: "Protection of all deployments shuts visitors out of the site. A site that is for the team only, such as staging, is found " +
			"by search engines and strangers without it.",
		Fix: `Set vercelAuthentication.deploymentType to "standard_protection" for a site that is public, and to "all_deployments" for one ` +
			"that is not.",
		Sources:    []string{"Vercel documentation, Deployment Protection"},
		Parameters: []rule.Parameter{{Name: "public", Default: true, Description: "Whether the production domains are for everybody."}},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != vercelProject {
				return
			}
			for _, method := range gates(r) {
				switch closed := method.IsText("all_deployments", "only_production_deployments"); {
				case closed && c.Flag("public"):
					c.Violation(r, "%s is %s, so the production domains are closed", method.Path(), method.Show())
					return
				case closed || method.Unknown():
					return
				}
			}
			// A project without any protection is what vercel-previews reports.
			if deployments := r.At("vercelAuthentication", "deploymentType"); !c.Flag("public") && protects(r) {
				c.Violation(r, "%s is %s, so everybody sees the production domains", deployments.Path(), deployments.Show())
			}
		},
	}
}
