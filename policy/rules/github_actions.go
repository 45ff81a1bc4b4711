package rules

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubActions() rule.Rule {
	return rule.Rule{
		ID:       "github-actions",
		Title:    "Workflows use chosen actions only",
		Severity: rule.High,
		Reason: "An action runs with the job's secrets. Anybody's can be named in a workflow, and a tag of it that was good yesterday " +
			"can be moved to something else today.",
		Fix: `Set allowedActions to "selected" (or "local_only"), and name further actions with their commit: ` +
			"owner/name@0123456789abcdef0123456789abcdef01234567.",
		Sources: []string{
			"GitHub documentation, Security hardening for GitHub Actions: Using third-party actions", "OWASP Top 10 for CI/CD, Dependency Chain Abuse",
		},
		Parameters: []rule.Parameter{
			{Name: "verified", Default: true, Description: "Whether all creators that GitHub verified may be allowed together."},
			{Name: "pinned", Default: true, Description: "Whether patterns must name a commit; otherwise they must only name an owner."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			switch r.Type {
			case "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions",
				"github:index/actionsOrganizationPermissions:ActionsOrganizationPermissions":
			default:
				return
			}
			if enabled := r.At("enabled"); enabled.False() || enabled.Unknown() {
				return
			}
			allowed, chosen := r.At("allowedActions"), r.At("allowedActionsConfig")
			if allowed.NotText("selected", "local_only") {
				c.Violation(r, "%s is %s, so every action of anybody may run", allowed.Path(), allowed.Show())
			}
			if verified := chosen.At("verifiedAllowed"); verified.True() && !c.Flag("verified") {
				c.Violation(r, "%s is true", verified.Path())
			}
			for _, pattern := range chosen.At("patternsAlloweds").Items() {
				text, known := pattern.Text()
				owner, _, _ := strings.Cut(strings.TrimPrefix(text, "!"), "/")
				switch {
				case !known || strings.HasPrefix(text, "!"): // takes away
				case strings.Contains(owner, "*"):
					c.Violation(r, "%s is %s, which is everybody's", pattern.Path(), pattern.Show())
				case c.Flag("pinned") && !pinnedAction.MatchString(text):
					c.Violation(r, "%s is %s, which names no commit", pattern.Path(), pattern.Show())
				}
			}
		},
	}
}

var pinnedAction = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40}$`)
