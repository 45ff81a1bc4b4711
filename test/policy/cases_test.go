package policytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/tripsage/infrastructure/policy/rules"
)

// trialCase is a stack, whole or broken, that several judges look at.
type trialCase struct {
	operator string // "as shipped" for the whole one
	stack    string
	where    string
	// resources are the Kubernetes objects, and subject is the one that was
	// broken; its Properties are nil when it was removed.
	resources []thing
	subject   thing
	// pack are the rules that object to what the whole stack has not.
	pack []string
}

const asShipped = "as shipped"

// cases are the whole stacks, and of each operator's mutants one for each kind
// of object in each stack.
func cases(t *testing.T) []trialCase {
	t.Helper()
	var all []trialCase
	for _, name := range shipped() {
		whole, court := load(t, name, false, nil), courtOf(t, name)
		before := said(court.of(whole.resources, nil))
		all = append(all, trialCase{operator: asShipped, stack: name, resources: inCluster(whole.resources)})
		seen := map[string]bool{}
		for _, o := range operators() {
			for _, m := range o.mutants(whole) {
				resources, fresh := m.of(whole)
				one := trialCase{operator: m.operator, stack: name, where: m.where, resources: inCluster(resources)}
				for _, r := range resources {
					if fresh[r.URN] {
						one.subject = r
					}
				}
				if m.removed >= 0 && len(fresh) == 0 {
					one.subject = thing{Type: whole.resources[m.removed].Type}
				}
				kind := o.name + " " + one.subject.Type
				if seen[kind] || one.subject.kind() == "" {
					continue
				}
				seen[kind] = true
				for _, v := range court.of(resources, fresh) {
					if !before[v] && !slices.Contains(one.pack, v.rule) {
						one.pack = append(one.pack, v.rule)
					}
				}
				all = append(all, one)
			}
		}
	}
	return all
}

func inCluster(resources []thing) []thing {
	var objects []thing
	for _, r := range resources {
		if r.kind() != "" && r.Properties["kind"] != nil {
			objects = append(objects, r)
		}
	}
	return objects
}

// cited maps rules to what they cite of a source: "kube-score " gives the ids
// of its checks.
func cited(prefix string) map[string][]string {
	all := map[string][]string{}
	for _, r := range rules.All() {
		for _, source := range r.Sources {
			if id, ok := strings.CutPrefix(source, prefix); ok {
				all[r.ID] = append(all[r.ID], id)
			}
		}
	}
	return all
}

// plainJSON is a value as encoding/json has it, with secrets open.
func plainJSON(value any) any {
	switch value := value.(type) {
	case secret:
		return plainJSON(value.value)
	case object:
		fields := object{}
		for key, child := range value {
			fields[key] = plainJSON(child)
		}
		return fields
	case []any:
		items := []any{}
		for _, child := range value {
			items = append(items, plainJSON(child))
		}
		return items
	default:
		return value
	}
}
