package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubSubject() rule.Rule {
	return rule.Rule{
		ID:       "github-subject",
		Title:    "The subject of workflow tokens names the repository, the environment and the workflow",
		Severity: rule.High,
		Reason: "Clouds decide by the subject who deploys. Without the repository in it any other one is let in, without the " +
			"environment a job that nobody approved, and without the workflow whatever file of the repository says that it deploys.",
		Fix: "Set useDefault to false and includeClaimKeys to repo, context (which is the environment, or else the branch) and " +
			"job_workflow_ref.",
		Sources: []string{"GitHub documentation, OpenID Connect reference: Customizing the subject claims"},
		Parameters: []rule.Parameter{
			{Name: "claims", Default: []string{"repo", "context", "job_workflow_ref"}, Description: "The claims that the subject must have."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !strings.HasSuffix(r.Type, "OidcSubjectClaimCustomizationTemplate") {
				return
			}
			keys, byDefault := r.At("includeClaimKeys"), r.At("useDefault")
			if byDefault.True() {
				c.Violation(r, "%s is true, and GitHub's own subject has not all of %q", byDefault.Path(), c.Texts("claims"))
				return
			}
			for _, claim := range c.Texts("claims") {
				if keys.Settled() && byDefault.NotTrue() && !slices.Contains(keys.Texts(), claim) {
					c.Violation(r, "%s is %s: %s is not in it", keys.Path(), keys.Show(), claim)
				}
			}
		},
	}
}
