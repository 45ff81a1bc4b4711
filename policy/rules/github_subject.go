package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubSubject() rule.Rule {
	return rule.Rule{
		ID:       "github-subject",
		Title:    "The subject of workflow tokens tells repositories and environments apart",
		Severity: rule.High,
		Reason: "Clouds decide by the subject who deploys. Without the repository in it any other one is let in, and without the " +
			"environment a job that nobody approved has production's rights.",
		Fix: "Put repo and context (the environment, or else the branch) into includeClaimKeys; job_workflow_ref beside them names the " +
			"workflow. Or set useDefault to true.",
		Sources: []string{"GitHub documentation, OpenID Connect reference: Customizing the subject claims"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !strings.HasSuffix(r.Type, "OidcSubjectClaimCustomizationTemplate") || !r.At("useDefault").NotTrue() {
				return
			}
			keys := r.At("includeClaimKeys")
			if !keys.Settled() {
				return
			}
			has := func(claims ...string) bool {
				return slices.ContainsFunc(keys.Texts(), func(one string) bool { return slices.Contains(claims, one) })
			}
			if !has("repo", "repository", "repository_id") {
				c.Violation(r, "%s is %s: the repository is not in it", keys.Path(), keys.Show())
			}
			if !has("context", "environment") {
				c.Violation(r, "%s is %s: the environment is not in it", keys.Path(), keys.Show())
			}
		},
	}
}
