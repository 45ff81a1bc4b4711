package rules

import "github.com/tripsage/infrastructure/policy/rule"

// cache are the rules about Dragonfly.
func cache() []rule.Rule {
	return []rule.Rule{
		dragonflyMemory(), dragonflyAuthentication(), dragonflyEviction(), dragonflySnapshots(), dragonflyReplicas(), dragonflyPorts(), dragonflyTLS(),
	}
}
