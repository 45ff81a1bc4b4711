package rules

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

// podGroups are the pods of the stack. A Canary whose target may or may not be
// in the stack has pods of which nothing is known.
func podGroups(v stackView, s rule.Stack) []rule.Group {
	groups := s.Groups()
	for _, canary := range v.all(flaggerApp, "Canary") {
		if _, answer := v.canaryTarget(canary); answer == rule.Maybe {
			nothing := rule.Of(property.NewMap(map[string]property.Value{"": property.New(property.Computed)}))
			groups = append(groups, rule.Group{Owner: canary, Labels: nothing.At(""), Lasting: true})
		}
	}
	return groups
}

// choose asks each of the namespace's pods. sure are those that are accepted for
// certain; the answer is that of the best.
func (v stackView) choose(namespace string, accepts func(rule.Group) rule.Answer) (sure []rule.Group, best rule.Answer) {
	if v.opaque {
		best = rule.Maybe
	}
	for _, pods := range v.pods {
		answer := rule.Maybe
		if where, known := namespaceOf(pods.Owner); known && where != namespace {
			continue
		} else if known {
			answer = rule.Yes
		}
		answer = min(answer, accepts(pods))
		if answer == rule.Yes {
			sure = append(sure, pods)
		}
		best = max(best, answer)
	}
	return sure, best
}

// selectedBy and matchedBy are the namespace's pods that a label selector or a
// plain selector selects.
func (v stackView) selectedBy(namespace string, selector rule.Value) (sure []rule.Group, best rule.Answer) {
	return v.choose(namespace, func(pods rule.Group) rule.Answer { return rule.Selects(selector, pods.Labels) })
}

func (v stackView) matchedBy(namespace string, selector rule.Value) (sure []rule.Group, best rule.Answer) {
	return v.choose(namespace, func(pods rule.Group) rule.Answer { return rule.Matches(selector, pods.Labels) })
}

// listens says whether a container of the pods declares the port, by number or
// by name. No protocol means TCP.
func listens(pods rule.Group, port, protocol rule.Value) rule.Answer {
	if port.Unknown() || protocol.Unknown() || !pods.Settled || isProxyPort(port) {
		return rule.Maybe
	}
	number, isNumber := portNumber(port)
	for _, one := range pods.Ports {
		same := one.Name == port.String()
		if isNumber {
			same = int(one.Number) == number
		}
		if same && one.Protocol == protocolText(protocol) {
			return rule.Yes
		}
	}
	return rule.No
}

// isProxyPort says that Istio's proxy, which a webhook adds, listens there.
func isProxyPort(port rule.Value) bool {
	const first, last = 15000, 15099
	number, ok := portNumber(port)
	return ok && number >= first && number <= last
}

func protocolText(v rule.Value) string {
	if text := v.String(); text != "" {
		return text
	}
	return "TCP"
}

// portNumber is the port's number; ok is false for a name.
func portNumber(v rule.Value) (number int, ok bool) {
	if n, isNumber := v.Number(); isNumber {
		return int(n), true
	}
	number, err := strconv.Atoi(v.String())
	return number, err == nil
}

// ownedBy are the pods that the owner makes.
func ownedBy(pods []rule.Group, owner rule.Resource) []rule.Group {
	var own []rule.Group
	for _, group := range pods {
		if group.Owner.URN == owner.URN {
			own = append(own, group)
		}
	}
	return own
}
