package rules

import "github.com/tripsage/infrastructure/policy/rule"

// mostReviewers is GitHub's limit for an environment.
const mostReviewers = 6

func githubReviewers() rule.Rule {
	return rule.Rule{
		ID:       "github-reviewers",
		Title:    "A person approves each deployment to production",
		Severity: rule.High,
		Reason:   "Whoever can push a tag, or a workflow that was changed in passing, otherwise deploys at once and with production's secrets.",
		Fix:      "Give the environment one to six reviewers: numeric ids of users, or of teams when there are more people.",
		Sources: []string{
			"deployment guide, CI/CD Pipeline", "GitHub documentation, Managing environments for deployment: Required reviewers",
			"OWASP Top 10 for CI/CD, Insufficient Flow Control Mechanisms",
		},
		Parameters: []rule.Parameter{
			{Name: "environments", Default: []string{"production"}, Description: "The environments that must have reviewers."},
			{Name: "minimum", Default: 1.0, Description: "How many users and teams there must be at least."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != githubEnvironment {
				return
			}
			count, known := approvers(r)
			switch {
			case known && r.At("environment").IsText(c.Texts("environments")...) && float64(count) < c.Number("minimum"):
				c.Violation(r, "reviewers has %d users and teams, at least %.0f wanted", count, c.Number("minimum"))
			case count > mostReviewers:
				c.Violation(r, "reviewers has %d users and teams, and GitHub takes %d", count, mostReviewers)
			}
		},
	}
}
