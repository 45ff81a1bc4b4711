package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func authorizationSources() rule.Rule {
	return rule.Rule{
		ID:       "authorization-sources",
		Title:    "Policies of the mesh that allow say who may call",
		Severity: rule.High,
		Reason:   "A rule without a source, or with a wildcard for one, opens the pods to the whole mesh, or to everybody.",
		Fix: "Name the callers' service accounts in from.source.principals (<trust domain>/ns/<namespace>/sa/<account>), or " +
			"their namespaces. For ports that are read from outside the mesh, allow to.operation.ports alone and list them in plainPorts.",
		Sources: []string{"Istio, Security Best Practices: Authorization policies", "deployment guide, 10.1 Network Security"},
		Parameters: []rule.Parameter{
			{Name: "plainPorts", Description: "ports that everybody may call", Default: []string{"9090"}},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(securityIstio, "AuthorizationPolicy") || allows(r) != rule.Yes {
				return
			}
			for _, item := range r.At("spec", "rules").Items() {
				from := item.At("from")
				switch {
				case from.Empty() && !onlyPorts(item.At("to"), c.Texts("plainPorts")) && !asksForSource(item.At("when")):
					c.Violation(r, "%s names no source", item.Path())
				case !from.Empty():
					checkSources(c, r, from)
				}
			}
		},
	}
}

func checkSources(c *rule.Context, r rule.Resource, from rule.Value) {
	for _, one := range from.Items() {
		if source := one.At("source"); narrow(source) == rule.No {
			c.Violation(r, "%s is %s, which is everybody or nearly", source.Path(), source.Show())
		}
	}
}

// onlyPorts says whether the operations are known, or may be, to be on no other
// ports than those.
func onlyPorts(to rule.Value, allowed []string) bool {
	for _, one := range to.Items() {
		ports := one.At("operation", "ports")
		if ports.Empty() {
			return false
		}
		for _, port := range ports.Texts() {
			if !slices.Contains(allowed, port) {
				return false
			}
		}
	}
	return !to.Empty()
}

// asksForSource says whether a condition is, or may be, about the caller.
func asksForSource(when rule.Value) bool {
	if when.Unknown() {
		return true
	}
	for _, condition := range when.Items() {
		if key := condition.At("key"); key.Unknown() || strings.HasPrefix(key.String(), "source.") && !condition.At("values").Empty() {
			return true
		}
	}
	return false
}

// narrow says whether one of the source's fields, all of which must hold, lets
// only certain callers in.
func narrow(source rule.Value) rule.Answer {
	best := rule.No
	if source.Unknown() {
		best = rule.Maybe
	}
	for field, wide := range map[string]func(string) bool{
		"principals": anyNamespace, "serviceAccounts": wildcard, "namespaces": wildcard, "requestPrincipals": wildcard,
		"ipBlocks": everyAddress, "remoteIpBlocks": everyAddress,
	} {
		list := source.At(field)
		switch {
		case list.Empty():
		case !list.Settled():
			best = max(best, rule.Maybe)
		case !slices.ContainsFunc(list.Texts(), wide):
			best = rule.Yes
		}
	}
	return best
}

// anyNamespace says that the principal's namespace could be any.
func anyNamespace(principal string) bool {
	_, rest, _ := strings.Cut(principal, "/ns/")
	namespace, _, _ := strings.Cut(rest, "/")
	return namespace == "" || wildcard(namespace)
}

func wildcard(text string) bool { return strings.Contains(text, "*") }

func everyAddress(block string) bool { return strings.HasSuffix(block, "/0") }
