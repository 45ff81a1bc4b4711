package rules

import "github.com/tripsage/infrastructure/policy/rule"

func githubApproval() rule.Rule {
	return rule.Rule{
		ID:       "github-approval",
		Title:    "Nobody approves their own deployment, and administrators do not skip the gate",
		Severity: rule.High,
		Reason:   "A gate that the one who wants through can open alone does not help when their account or their machine is taken over.",
		Fix:      "Set canAdminsBypass to false, and preventSelfReview to true where there are reviewers.",
		Sources: []string{
			"GitHub documentation, Managing environments for deployment: Allow administrators to bypass, Prevent self-review",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != githubEnvironment {
				return
			}
			if bypass := r.At("canAdminsBypass"); bypass.NotFalse() {
				c.Violation(r, "%s is %s", bypass.Path(), bypass.Show())
			}
			own := r.At("preventSelfReview")
			if count, _ := approvers(r); count > 0 && own.NotTrue() {
				c.Violation(r, "%s is %s, and there are %d reviewers", own.Path(), own.Show(), count)
			}
		},
	}
}
