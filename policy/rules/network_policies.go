package rules

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

// direction is one side of a NetworkPolicy: its type, and the fields of its
// rules and of their peers.
type direction struct{ kind, rules, peers string }

func incoming() direction { return direction{"Ingress", "ingress", "from"} }
func outgoing() direction { return direction{"Egress", "egress", "to"} }

func bothDirections() []direction { return []direction{incoming(), outgoing()} }

// policyBook finds the NetworkPolicies of a stack.
type policyBook struct {
	// namespaces are those that the stack makes, by name.
	namespaces map[string]rule.Resource
	all        []rule.Resource
	// near are those of each namespace, with those whose namespace is not known.
	near map[string][]rule.Resource
	// found remembers what deciding has found.
	found map[question][]decision
}

// question is which policies decide on a direction for the pods of an owner.
type question struct{ owner, kind string }

// decision is a policy that decides, or may.
type decision struct {
	policy rule.Resource
	answer rule.Answer
}

func policiesOf(s rule.Stack) policyBook { return rule.Remember(s, policiesKey{}, newPolicyBook) }

type policiesKey struct{}

func newPolicyBook(s rule.Stack) policyBook {
	b := policyBook{namespaces: namespaceObjects(s), all: s.Objects("networking.k8s.io", "NetworkPolicy"), near: map[string][]rule.Resource{}, found: map[question][]decision{}}
	var vague []rule.Resource
	for _, policy := range b.all {
		name, known := namespaceOf(policy)
		if !known {
			vague = append(vague, policy)
			continue
		}
		b.near[name] = append(b.near[name], policy)
	}
	for name := range b.near {
		b.near[name] = append(b.near[name], vague...)
	}
	b.near[""] = vague
	return b
}

// beside are the policies that may be in the object's namespace.
func (b policyBook) beside(r rule.Resource) []rule.Resource {
	name, known := namespaceOf(r)
	if !known {
		return b.all
	}
	if _, some := b.near[name]; !some {
		name = ""
	}
	return b.near[name]
}

// governs says whether the policy decides on that direction at all. Without
// policyTypes it does on what comes in, and on what goes out if it has rules for
// that.
func governs(policy rule.Resource, d direction) rule.Answer {
	types := policy.At("spec", "policyTypes")
	switch {
	case !types.Settled(), types.Empty() && d.kind != "Ingress" && policy.At("spec", d.rules).Unknown():
		return rule.Maybe
	case types.Empty() && (d.kind == "Ingress" || !policy.At("spec", d.rules).Empty()):
		return rule.Yes
	}
	for _, kind := range types.Texts() {
		if kind == d.kind {
			return rule.Yes
		}
	}
	return rule.No
}

// selectsPods says whether the policy is about those pods. One without a
// selector is about all of its namespace.
func selectsPods(policy rule.Resource, pods rule.Group) rule.Answer {
	selector := policy.At("spec", "podSelector")
	near := rule.SameNamespace(policy, pods.Owner)
	if isEmptySelector(selector) {
		return near
	}
	return min(near, rule.Selects(selector, pods.Labels))
}

// deciding are the policies that decide on that direction for the pods, or may.
// Many ports and edges ask for the same.
func (b policyBook) deciding(pods rule.Group, d direction) []decision {
	asked := question{pods.Owner.URN, d.kind}
	if known, ok := b.found[asked]; ok && asked.owner != "" {
		return known
	}
	var all []decision
	for _, policy := range b.beside(pods.Owner) {
		if answer := min(governs(policy, d), selectsPods(policy, pods)); answer != rule.No {
			all = append(all, decision{policy, answer})
		}
	}
	b.found[asked] = all
	return all
}

// isIsolated says whether the pods have a policy for that direction: then what no
// policy allows is denied.
func (b policyBook) isIsolated(pods rule.Group, d direction) rule.Answer {
	answer := rule.No
	for _, one := range b.deciding(pods, d) {
		answer = max(answer, one.answer)
	}
	return answer
}

// isAllowed says whether a policy of the pods allows the port, for others that
// pass or, without others, for anybody. It is a port of those who are called.
func (b policyBook) isAllowed(pods rule.Group, d direction, others *rule.Group, port rule.Port) rule.Answer {
	answer := rule.No
	for _, decided := range b.deciding(pods, d) {
		policy, about := decided.policy, decided.answer
		list := policy.At("spec", d.rules)
		if list.Unknown() {
			answer = max(answer, min(about, rule.Maybe))
		}
		for _, one := range list.Items() {
			passes := allowsPort(one.At("ports"), port)
			if others != nil {
				passes = min(passes, b.allowsPeer(policy, one.At(d.peers), *others))
			}
			answer = max(answer, min(about, passes))
		}
	}
	return answer
}

func allowsPort(ports rule.Value, port rule.Port) rule.Answer {
	answer := rule.No
	if ports.Empty() {
		return rule.Yes
	}
	if ports.Unknown() {
		return rule.Maybe
	}
	for _, one := range ports.Items() {
		answer = max(answer, min(isProtocol(one.At("protocol"), port.Protocol), isPort(one, port)))
	}
	return answer
}

func isProtocol(given rule.Value, wanted string) rule.Answer {
	switch {
	case given.Unknown() || wanted == "":
		return rule.Maybe
	case given.Missing() && wanted == "TCP" || given.IsText(wanted):
		return rule.Yes
	default:
		return rule.No
	}
}

func isPort(one rule.Value, port rule.Port) rule.Answer {
	given, last := one.At("port"), one.At("endPort")
	number, byNumber := given.Number()
	end, isRange := last.Number()
	switch {
	case given.Unknown() || last.Unknown():
		return rule.Maybe
	case given.Missing() || byNumber && number == port.Number || port.Name != "" && given.IsText(port.Name),
		byNumber && isRange && number <= port.Number && port.Number <= end:
		return rule.Yes
	default:
		return rule.No
	}
}

func (b policyBook) allowsPeer(policy rule.Resource, peers rule.Value, others rule.Group) rule.Answer {
	answer := rule.No
	if peers.Empty() {
		return rule.Yes
	}
	if peers.Unknown() {
		return rule.Maybe
	}
	for _, peer := range peers.Items() {
		answer = max(answer, b.isPeer(policy, peer, others))
	}
	return answer
}

// isPeer says whether the pods are those of a peer. Nobody knows whether their
// addresses are in a range.
func (b policyBook) isPeer(policy rule.Resource, peer rule.Value, pods rule.Group) rule.Answer {
	if !peer.IsObject() || !peer.At("ipBlock").Missing() {
		return rule.Maybe
	}
	answer := rule.Yes
	if selector := peer.At("podSelector"); !selector.Missing() {
		answer = rule.Selects(selector, pods.Labels)
	}
	spaces := peer.At("namespaceSelector")
	switch {
	case answer == rule.No:
		return rule.No
	case spaces.Missing():
		return min(answer, rule.SameNamespace(policy, pods.Owner))
	default:
		return min(answer, rule.Selects(spaces, b.labelsOfNamespace(pods.Owner, spaces)))
	}
}

// labelsOfNamespace are the labels of the namespace of an object. If the stack
// does not make it, we know its name, and of other labels that a selector asks
// for nothing.
func (b policyBook) labelsOfNamespace(r rule.Resource, selector rule.Value) rule.Value {
	labels := map[string]property.Value{}
	name, known := r.Namespace().Text()
	space, ours := b.namespaces[name]
	own := space.At("metadata", "labels")
	if raw, _ := own.Raw(); ours && own.IsObject() {
		maps.Copy(labels, raw.AsMap().AsMap())
	}
	if !ours || own.Unknown() {
		for _, key := range selector.At("matchLabels").Keys() {
			labels[key] = property.New(property.Computed)
		}
		for _, expression := range selector.At("matchExpressions").Items() {
			labels[expression.At("key").String()] = property.New(property.Computed)
		}
	}
	const nameLabel = "kubernetes.io/metadata.name"
	if known {
		labels[nameLabel] = property.New(name)
	}
	return rule.Of(property.NewMap(labels))
}

// namespaceObjects are the Namespaces of a stack by name.
func namespaceObjects(s rule.Stack) map[string]rule.Resource {
	all := map[string]rule.Resource{}
	for _, space := range s.Objects("", "Namespace") {
		if name, known := space.ObjectName().Text(); known {
			all[name] = space
		}
	}
	return all
}
