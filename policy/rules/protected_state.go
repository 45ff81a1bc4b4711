package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func protectedState() rule.Rule {
	return rule.Rule{
		ID:       "protected-state",
		Title:    "What cannot be made again is protected from deletion",
		Severity: rule.High,
		Reason: "A renamed resource, a wrong parent or a pulumi destroy in the wrong terminal deletes a volume with its data, a namespace " +
			"with all that is in it, or a project with its domains. A GitHub environment that is gone comes back without its gate.",
		Fix:     "Give the resource the option pulumi.Protect(true). To delete it on purpose, run pulumi state unprotect first.",
		Sources: []string{"Pulumi documentation, Resource option: protect", "deployment guide, Database Rollback"},
		Parameters: []rule.Parameter{{
			Name:        "types",
			Description: "The types that must be protected. A StatefulSet counts only with volume claims of its own. Empty: none.",
			Default: []string{
				"kubernetes:core/v1:Namespace", "kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:core/v1:PersistentVolume",
				"kubernetes:apps/v1:StatefulSet",
				"vercel:index/project:Project",
				"github:index/repository:Repository", "github:index/repositoryEnvironment:RepositoryEnvironment",
				"github:index/repositoryRuleset:RepositoryRuleset", "github:index/branchProtection:BranchProtection",
				"github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions",
				"github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate",
			},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Protect || !slices.Contains(c.Texts("types"), r.Type) {
				return
			}
			claims := r.At("spec", "volumeClaimTemplates")
			if r.Kind() == "StatefulSet" && (claims.Unknown() || claims.Empty()) {
				return
			}
			c.Violation(r, "the resource option protect is not set")
		},
	}
}
