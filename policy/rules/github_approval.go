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
		Parameters: []rule.Parameter{
			{Name: "minutes", Default: 0.0, Description: "How long an environment with reviewers must wait before a deployment, in which it can be stopped."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != githubEnvironment {
				return
			}
			if bypass := r.At("canAdminsBypass"); bypass.NotFalse() {
				c.Violation(r, "%s is %s", bypass.Path(), bypass.Show())
			}
			own := r.At("preventSelfReview")
			count, _ := approvers(r)
			if count > 0 && own.NotTrue() {
				c.Violation(r, "%s is %s, and there are %d reviewers", own.Path(), own.Show(), count)
			}
			wait, least := r.At("waitTimer"), c.Number("minutes")
			if minutes, known := wait.Number(); count > 0 && (known && minutes < least || wait.Missing() && least > 0) {
				c.Violation(r, "%s is %s, at least %.0f minutes wanted", wait.Path(), wait.Show(), least)
			}
		},
	}
}
