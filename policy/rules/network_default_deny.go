package rules

import "github.com/tripsage/infrastructure/policy/rule"

func networkDefaultDeny() rule.Rule {
	return rule.Rule{
		ID:       "network-default-deny",
		Title:    "A namespace with pods denies all traffic by default",
		Severity: rule.High,
		Reason: "Pods that no NetworkPolicy selects take and make any connection: whoever gets into one reaches everything else, " +
			"and a new workload is open until somebody thinks of it.",
		Fix: "Add NetworkPolicies to the namespace with an empty podSelector and no rules, for Ingress and for Egress; other policies " +
			"then allow what is needed.",
		Sources: []string{
			"kube-score pod-networkpolicy", "kube-linter non-isolated-pod", "deployment guide, 10.1 Network Security",
			"issue 5: default-deny NetworkPolicies for every namespace", "CIS Kubernetes Benchmark, All Namespaces have Network Policies defined",
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			policies := policiesOf(s)
			for _, space := range inhabited(s) {
				for _, d := range bothDirections() {
					denied := rule.No
					for _, policy := range policies.beside(space.pods[0].Owner) {
						denied = max(denied, min(rule.SameNamespace(policy, space.pods[0].Owner), deniesAll(policy, d)))
					}
					if denied == rule.No {
						c.Violation(space.blame, "no NetworkPolicy denies all %s of namespace %s by default", d.rules, space.name)
					}
				}
			}
		},
	}
}

// deniesAll says whether the policy is about all pods of its namespace and allows
// nothing.
func deniesAll(policy rule.Resource, d direction) rule.Answer {
	selector, list := policy.At("spec", "podSelector"), policy.At("spec", d.rules)
	answer := governs(policy, d)
	for _, part := range []rule.Value{selector.At("matchLabels"), selector.At("matchExpressions"), list} {
		switch {
		case part.Unknown():
			answer = min(answer, rule.Maybe)
		case !part.Empty():
			answer = rule.No
		}
	}
	return answer
}

// inhabitedNamespace is a namespace that has pods of the stack. blame is its
// Namespace or, if the stack has none, what makes its first pods.
type inhabitedNamespace struct {
	name  string
	blame rule.Resource
	pods  []rule.Group
}

// inhabited are the namespaces with pods, as far as they are known. Flagger's
// copies are not among them: primary-pods-covered is about those.
func inhabited(s rule.Stack) []inhabitedNamespace {
	var all []inhabitedNamespace
	place, objects := map[string]int{}, namespaceObjects(s)
	for _, pods := range s.Groups() {
		name, known := namespaceOf(pods.Owner)
		if !known || pods.Owner.Is(flaggerApp, "Canary") {
			continue
		}
		if _, seen := place[name]; !seen {
			place[name] = len(all)
			one := inhabitedNamespace{name: name, blame: pods.Owner}
			if space, ok := objects[name]; ok {
				one.blame = space
			}
			all = append(all, one)
		}
		all[place[name]].pods = append(all[place[name]].pods, pods)
	}
	return all
}
