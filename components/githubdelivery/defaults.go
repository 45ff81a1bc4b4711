package githubdelivery

import "slices"

const (
	// actionsApp is the id of GitHub Actions on github.com
	// (source: https://api.github.com/apps/github-actions).
	actionsApp       = 15368
	defaultBranch    = "main"
	defaultApprovals = 1
	// anyDefaultBranch is how a ruleset names the repository's default branch.
	anyDefaultBranch = "~DEFAULT_BRANCH"
)

func (a Args) withDefaults(name string) Args {
	if a.Environment == "" {
		a.Environment = name
	}
	if a.Branch != nil {
		a.Branch = a.Branch.withDefaults()
	}
	if a.Tag != nil {
		a.Tag = a.Tag.withDefaults(a.Tags)
	}
	if a.OIDC != nil && len(a.OIDC.Claims) == 0 {
		a.OIDC = &OIDC{Claims: []string{"repo", "context", "job_workflow_ref"}}
	}
	a.Files = slices.Clone(a.Files)
	for i := range a.Files {
		a.Files[i] = a.Files[i].withDefaults(a.Repository)
	}
	return a
}

func (b BranchRules) withDefaults() *BranchRules {
	if b.Approvals == 0 {
		b.Approvals = defaultApprovals
	}
	b.Checks = slices.Clone(b.Checks)
	for i := range b.Checks {
		if b.Checks[i].App == 0 {
			b.Checks[i].App = actionsApp
		}
	}
	return &b
}

func (r TagRules) withDefaults(deployed []string) *TagRules {
	switch {
	case len(r.Patterns) > 0:
	case len(deployed) > 0:
		r.Patterns = deployed
	default:
		r.Patterns = []string{"v*"}
	}
	return &r
}

func (f File) withDefaults(repository string) File {
	if f.Repository == "" {
		f.Repository = repository
	}
	if f.Branch == "" {
		f.Branch = defaultBranch
	}
	if f.CommitMessage == "" && f.Path != "" {
		f.CommitMessage = "Update " + f.Path + " from the stack's configuration"
	}
	return f
}
