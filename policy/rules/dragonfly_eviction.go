package rules

import "github.com/tripsage/infrastructure/policy/rule"

func dragonflyEviction() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-eviction",
		Title:    "A full Dragonfly makes room",
		Severity: rule.Medium,
		Reason:   "Without cache mode a full Dragonfly refuses every write, and what relies on the cache fails with it.",
		Fix:      "Add --cache_mode=true to the arguments.",
		Sources:  []string{"Dragonfly documentation, Server Configuration Flags: cache_mode"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				switch mode := d.flag("cache_mode"); {
				case mode.missing():
					c.Violation(r, "%s: --cache_mode is missing", d.name)
				case mode.off():
					c.Violation(r, "%s: --cache_mode is %s", d.name, mode.text)
				}
			}
		},
	}
}
