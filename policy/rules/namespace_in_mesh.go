package rules

import "github.com/tripsage/infrastructure/policy/rule"

func namespaceInMesh() rule.Rule {
	return rule.Rule{
		ID:       "namespace-in-mesh",
		Title:    "A namespace that has objects of Istio's is in the mesh",
		Severity: rule.High,
		Reason:   "Without the proxy in its pods, mutual TLS, permissions, timeouts and weights are words that nobody reads.",
		Fix:      `Set the label istio-injection: "enabled" on the Namespace, or istio.io/rev, not both.`,
		Sources: []string{
			"istioctl analyze IST0102 NamespaceNotInjected", "istioctl analyze IST0123 NamespaceMultipleInjectionLabels",
		},
		Parameters: []rule.Parameter{
			{Name: "required", Description: "every namespace of the stack has to be in the mesh", Default: false},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, namespace := range v.all("", "Namespace") {
				labels := namespace.At("metadata", "labels")
				inject, revision := labels.At("istio-injection"), labels.At("istio.io/rev")
				name, known := namespace.ObjectName().Text()
				switch {
				case inject.Known() && revision.Known():
					c.Violation(namespace, "%s and %s are both set: which one counts is not defined", inject.Path(), revision.Path())
				case !known || meshed(namespace) != rule.No:
				case c.Flag("required"):
					c.Violation(namespace, "%s is %s: namespace %s is not in the mesh", inject.Path(), inject.Show(), name)
				default:
					if user, ok := istioUser(v, name); ok {
						c.Violation(namespace, "%s is %s, but %s is for pods in the mesh", inject.Path(), inject.Show(), user.Title())
					}
				}
			}
		},
	}
}

// istioUser is an object in the namespace that means nothing outside the mesh.
func istioUser(v stackView, namespace string) (user rule.Resource, ok bool) {
	for _, kind := range []objectID{
		{group: securityIstio, kind: "PeerAuthentication"}, {group: securityIstio, kind: "AuthorizationPolicy"},
		{group: networkingIstio, kind: "DestinationRule"}, {group: networkingIstio, kind: "Sidecar"},
	} {
		for _, r := range v.kinds[kind] {
			if where, known := namespaceOf(r); known && where == namespace {
				return r, true
			}
		}
	}
	return user, false
}
