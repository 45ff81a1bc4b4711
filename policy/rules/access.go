package rules

import "github.com/tripsage/infrastructure/policy/rule"

// access are the rules about what Kubernetes lets a workload do (RBAC).
func access() []rule.Rule {
	return []rule.Rule{
		rbacWildcards(), rbacSecrets(), rbacRunCode(), rbacEscalation(), rbacRoles(), rbacSubjects(),
	}
}
