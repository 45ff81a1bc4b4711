package main

import (
	"fmt"
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// operations in the order in which people expect to read them.
func operations() []string { return []string{"create", "update", "replace", "delete", "import"} }

// describeChanges is one line, such as "3 to create, 1 to update" or, when it
// is done, "3 created, 1 updated".
func describeChanges(summary engine.Summary, done bool) string {
	counts := map[string]int{}
	for _, change := range summary.Changes {
		counts[change.Op]++
	}
	var parts []string
	for _, op := range operations() {
		switch n := counts[op]; {
		case n == 0:
		case done:
			parts = append(parts, fmt.Sprintf("%d %s", n, pastTense(op)))
		default:
			parts = append(parts, fmt.Sprintf("%d to %s", n, op))
		}
	}
	if len(parts) == 0 {
		return "no changes"
	}
	return strings.Join(parts, ", ")
}

func pastTense(op string) string {
	if op == "import" {
		return "imported"
	}
	return op + "d"
}

// listChanges is a line per changed resource, with the properties that differ.
func listChanges(summary engine.Summary) string {
	symbols := map[string]string{"create": "+", "update": "~", "replace": "±", "delete": "-", "import": "="}
	var text strings.Builder
	for _, change := range summary.Changes {
		kind := change.Type[strings.LastIndex(change.Type, ":")+1:]
		fmt.Fprintf(&text, "  %s %-8s %-24s %s", symbols[change.Op], change.Op, kind, change.Name)
		if change.Op != "create" && len(change.Properties) > 0 {
			fmt.Fprintf(&text, "  [%s]", strings.Join(change.Properties, ", "))
		}
		text.WriteByte('\n')
	}
	return text.String()
}
