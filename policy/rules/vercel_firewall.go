package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelFirewall() rule.Rule {
	return rule.Rule{
		ID:       "vercel-firewall",
		Title:    "A firewall with rules is in front of every Vercel project",
		Severity: rule.Medium,
		Reason:   "Functions are paid for by the request: scanners and scripts cost money, and can try passwords, until something stops them.",
		Fix:      "Give the project a FirewallConfig that is enabled and has rules that deny or limit, and none that lets every path past.",
		Sources:  []string{"Vercel documentation, Vercel Firewall", "deployment guide, Cost Optimization Strategies"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			walls := s.OfType("vercel:index/firewallConfig:FirewallConfig")
			for _, wall := range walls {
				judgeFirewall(c, wall)
			}
			projects := s.OfType(vercelProject)
			for _, project := range projects {
				guarded := len(projects) <= len(walls)
				for _, wall := range walls {
					guarded = guarded || wall.Parent != "" && (wall.Parent == project.Parent || wall.Parent == project.URN)
				}
				if !guarded {
					c.Violation(project, "the stack has no FirewallConfig for it")
				}
			}
		},
	}
}

func judgeFirewall(c *rule.Context, wall rule.Resource) {
	if wall.At("enabled").False() {
		c.Violation(wall, "enabled is false")
	}
	rules, addresses, managed := wall.At("rules", "rules"), wall.At("ipRules", "rules"), wall.At("managedRulesets", "owasp")
	if rules.Empty() && addresses.Empty() && managed.Empty() {
		c.Violation(wall, "rules, ipRules and managedRulesets are empty")
	}
	asleep := len(rules.Items()) > 0 && addresses.Empty() && managed.Empty() && rules.Settled()
	for _, one := range rules.Items() {
		asleep = asleep && one.At("active").False()
		if one.At("action", "action").IsText("bypass") && one.At("active").NotFalse() && everyPath(one.At("conditionGroups")) {
			c.Violation(wall, "%s lets every path past the firewall", one.Path())
		}
	}
	if asleep {
		c.Violation(wall, "no rule of %s is active", rules.Path())
	}
}

// everyPath says that one of the groups has no condition but a path that all
// paths begin with.
func everyPath(groups rule.Value) bool {
	for _, group := range groups.Items() {
		every := group.At("conditions").Settled() && len(group.At("conditions").Items()) > 0
		for _, condition := range group.At("conditions").Items() {
			every = every && condition.At("type").IsText("path") && condition.At("op").IsText("pre", "re") &&
				condition.At("value").IsText("/", "", ".*", "^/.*", "/.*") && !condition.At("neg").True()
		}
		if every {
			return true
		}
	}
	return false
}
