package rules

import "github.com/tripsage/infrastructure/policy/rule"

func githubFiles() rule.Rule {
	return rule.Rule{
		ID:       "github-files",
		Title:    "No file is overwritten on a branch that people work on",
		Severity: rule.Medium,
		Reason:   "The first update puts the generated text in the place of what somebody wrote there, and nobody sees the difference before.",
		Fix: "Commit to a branch of the stack's own and open a pull request (autocreateBranch, RepositoryPullRequest), or leave " +
			"overwriteOnCreate out and import the file.",
		Sources: []string{"Pulumi GitHub provider, RepositoryFile: overwriteOnCreate", "deployment guide, Branch Strategy"},
		Parameters: []rule.Parameter{
			{Name: "branches", Default: []string{"main", "master", "develop", "release"}, Description: "The branches that people work on. No branch means the default branch, which counts too."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != "github:index/repositoryFile:RepositoryFile" || !r.At("overwriteOnCreate").True() {
				return
			}
			if branch := r.At("branch"); branch.Missing() || branch.IsText(c.Texts("branches")...) {
				c.Violation(r, "overwriteOnCreate is true, and %s is %s", branch.Path(), branch.Show())
			}
		},
	}
}
