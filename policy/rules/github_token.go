package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubToken() rule.Rule {
	return rule.Rule{
		ID:       "github-token",
		Title:    "The token of workflows reads only, unless a workflow asks for more",
		Severity: rule.Medium,
		Reason:   "With write permissions by default every step of every workflow can push code, publish packages and approve pull requests.",
		Fix: "Set defaultWorkflowPermissions to read and canApprovePullRequestReviews to false, and give single jobs what they need " +
			"with permissions:.",
		Sources: []string{"GitHub documentation, Security hardening for GitHub Actions: GITHUB_TOKEN permissions", "OpenSSF Scorecard, Token-Permissions"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !strings.HasPrefix(r.Type, "github:index/") || !strings.HasSuffix(r.Type, "WorkflowPermissions") &&
				!strings.HasSuffix(r.Type, ":WorkflowRepositoryPermissions") {
				return
			}
			if permissions := r.At("defaultWorkflowPermissions"); permissions.NotText("read") {
				c.Violation(r, "%s is %s", permissions.Path(), permissions.Show())
			}
			if approve := r.At("canApprovePullRequestReviews"); approve.True() {
				c.Violation(r, "%s is true", approve.Path())
			}
		},
	}
}
