package rules

import "github.com/tripsage/infrastructure/policy/rule"

func githubBranchProtection() rule.Rule {
	return rule.Rule{
		ID:       "github-branch-protection",
		Title:    "A branch protection protects, from administrators too",
		Severity: rule.High,
		Reason:   "By default the older kind of branch rules asks for nothing, and asks administrators for even less.",
		Fix: "Set enforceAdmins, requiredPullRequestReviews with an approval, and requiredStatusChecks; leave allowsForcePushes and " +
			"allowsDeletions off. Better, use a RepositoryRuleset.",
		Sources: []string{"OpenSSF Scorecard, Branch-Protection", "GitHub documentation, About protected branches"},
		Parameters: []rule.Parameter{
			{Name: "approvals", Default: 1.0, Description: "How many people must approve at least."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			graph := r.Type == "github:index/branchProtection:BranchProtection"
			if !graph && r.Type != "github:index/branchProtectionV3:BranchProtectionV3" {
				return
			}
			if admins := r.At("enforceAdmins"); admins.NotTrue() {
				c.Violation(r, "%s is %s", admins.Path(), admins.Show())
			}
			for _, name := range []string{"allowsForcePushes", "allowsDeletions"} {
				if allowed := r.At(name); allowed.True() {
					c.Violation(r, "%s is true", allowed.Path())
				}
			}
			checks, reviews := r.At("requiredStatusChecks"), r.At("requiredPullRequestReviews")
			if checks.Empty() {
				c.Violation(r, "%s is %s, so nothing needs to pass", checks.Path(), checks.Show())
			}
			if reviews.Empty() {
				c.Violation(r, "%s is %s, so nobody needs to approve", reviews.Path(), reviews.Show())
				return
			}
			if graph { // a list of one
				for _, one := range reviews.Items() {
					judgeApprovals(c, r, one)
				}
				return
			}
			judgeApprovals(c, r, reviews)
		},
	}
}

func judgeApprovals(c *rule.Context, r rule.Resource, reviews rule.Value) {
	count := reviews.At("requiredApprovingReviewCount")
	if number, known := count.Number(); known && number < c.Number("approvals") {
		c.Violation(r, "%s is %s, at least %.0f wanted", count.Path(), count.Show(), c.Number("approvals"))
	}
}
