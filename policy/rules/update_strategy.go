package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func updateStrategy() rule.Rule {
	return rule.Rule{
		ID:       "update-strategy",
		Title:    "Updates replace pods one after the other",
		Severity: rule.Medium,
		Reason: "Recreate ends all pods before it starts new ones, and so does a rolling update that may have all of them " +
			"unavailable: each release is an outage. With OnDelete a release never arrives.",
		Fix: "Use RollingUpdate with a maxUnavailable below 100 % (0, with a maxSurge, keeps all replicas). Name a workload of which " +
			"there must not be two in the parameter singletons, and let it use Recreate.",
		Sources: []string{
			"kube-score deployment-strategy", "kube-linter no-rolling-update-strategy",
			"deployment guide, 5. Deployment Strategies",
		},
		Parameters: []rule.Parameter{singletonsParameter()},
		Check: func(c *rule.Context, r rule.Resource) {
			name, named := r.ObjectName().Text()
			switch {
			case r.Is("apps", "Deployment") && named:
				rolls(c, r, slices.Contains(c.Texts("singletons"), name))
			case r.Is("apps", "StatefulSet", "DaemonSet"):
				if kind := r.At("spec", "updateStrategy", "type"); !kind.Missing() && kind.NotText("RollingUpdate") {
					c.Violation(r, "%s is %s", kind.Path(), kind.Show())
				}
			}
		},
	}
}

func rolls(c *rule.Context, r rule.Resource, single bool) {
	kind := r.At("spec", "strategy", "type")
	if single {
		if kind.NotText("Recreate") {
			c.Violation(r, "%s is %s, but there must not be two of it: not even during an update", kind.Path(), kind.Show())
		}
		return
	}
	if !kind.Missing() && kind.NotText("RollingUpdate") {
		c.Violation(r, "%s is %s", kind.Path(), kind.Show())
		return
	}
	most, more := r.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), r.At("spec", "strategy", "rollingUpdate", "maxSurge")
	if most.IsText("100%") {
		c.Violation(r, "%s is %s: all pods may be gone at a time", most.Path(), most.Show())
	}
	gone, known := rule.Share(most, 100)
	extra, too := rule.Share(more, 100)
	if known && too && gone == 0 && extra == 0 {
		c.Violation(r, "%s and %s are both zero: no pod can be replaced", most.Path(), more.Path())
	}
}
