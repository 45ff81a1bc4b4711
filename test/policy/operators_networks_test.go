package policytest

import "strings"

const (
	services = "kubernetes:core/v1:Service"
	policies = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

// networkOperators open what is closed, or cut what is connected.
func networkOperators() []operator {
	service, policy := ofKind("Service"), ofKind("NetworkPolicy")
	edge := policy.and(func(r thing) bool { return !strings.Contains(r.Name, "default-deny") })
	metadataFree := policy.and(func(r thing) bool {
		return len(objects(r.Properties, "spec.egress")) > 0 && at(firstPeer(r), "ipBlock.except") != nil
	})
	nowhere := object{"app.kubernetes.io/instance": "nowhere"}
	return []operator{
		each("service-selector-typo", linter+"dangling-service", service, puts("spec.selector", nowhere)),
		inEach("service-port-typo", linter+"invalid-target-ports", service, listed("spec.ports"), putsHere("targetPort", "htpp")),
		each("service-on-nodes", score+"service-type", service, puts("spec.type", "NodePort")),
		each("service-to-the-internet", linter+"exposed-services", service, puts("spec.type", "LoadBalancer")),
		each("service-external-ip", "CVE-2020-8554", service, puts("spec.externalIPs", []any{"203.0.113.7"})),
		each("service-external-name", score+"service-type", service, puts("spec.type", "ExternalName")),
		each("service-in-another-namespace", linter+"dangling-service", service, puts("metadata.namespace", "elsewhere")),

		without("default-deny-removed", ownClaim+"default-deny", policy.and(func(r thing) bool { return strings.Contains(r.Name, "default-deny") })),
		each("default-deny-narrowed", ownClaim+"default-deny", policy.and(named("default-deny")), puts("spec.podSelector.matchLabels", nowhere)),
		each("default-deny-opened", ownClaim+"default-deny", policy.and(named("default-deny")), func(r *thing) bool {
			if strings.HasSuffix(r.Name, "ingress") {
				return put(r.Properties, "spec.ingress", []any{object{}})
			}
			return put(r.Properties, "spec.egress", []any{object{}})
		}),
		each("policy-selector-typo", score+"networkpolicy-targets-pod", edge.and(func(r thing) bool {
			return at(r.Properties, "spec.podSelector.matchLabels") != nil
		}), puts("spec.podSelector.matchLabels", nowhere)),
		each("policy-peer-typo", linter+"dangling-networkpolicypeer-podselector", edge.and(func(r thing) bool {
			peer := firstPeer(r)
			return at(peer, "podSelector") != nil && at(peer, "namespaceSelector") == nil
		}), func(r *thing) bool { return put(firstPeer(*r), "podSelector.matchLabels", clone(nowhere)) }),
		each("policy-from-anywhere", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			return at(r.Properties, "spec.ingress") != nil && put(r.Properties, "spec.ingress", []any{object{}})
		}),
		each("policy-to-anywhere", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			return at(r.Properties, "spec.egress") != nil && put(r.Properties, "spec.egress", []any{object{}})
		}),
		each("policy-all-peers", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			_, direction := firstRule(*r)
			rule, _ := firstRule(*r)
			return drop(rule, map[string]string{"ingress": "from", "egress": "to"}[direction])
		}),
		each("policy-all-ports", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			rule, _ := firstRule(*r)
			return drop(rule, "ports")
		}),
		each("policy-every-namespace", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			rule, direction := firstRule(*r)
			return put(rule, map[string]string{"ingress": "from", "egress": "to"}[direction], []any{object{"namespaceSelector": object{}}})
		}),
		each("policy-to-node-metadata", ownClaim+"per-edge NetworkPolicies", metadataFree, func(r *thing) bool {
			return drop(firstPeer(*r), "ipBlock.except")
		}),
		each("ingress-from-the-internet", ownClaim+"per-edge NetworkPolicies", edge, func(r *thing) bool {
			rule, direction := firstRule(*r)
			return direction == "ingress" && put(rule, "from", []any{object{"ipBlock": object{"cidr": "0.0.0.0/0"}}})
		}),
		without("edge-removed", ownClaim+"per-edge NetworkPolicies", policy.and(func(r thing) bool {
			return strings.Contains(r.Name, "-to-dragonfly") || strings.Contains(r.Name, "-to-postgres") ||
				strings.HasPrefix(r.Name, "dragonfly-from-") || strings.HasPrefix(r.Name, "postgres-from-")
		})),
		without("dns-removed", ownClaim+"per-edge NetworkPolicies", policy.and(named("allow-dns"))),
		beside("policy-for-everything", ownClaim+"per-edge NetworkPolicies", ofKind("Namespace"), policies, func(r thing) object {
			return object{
				"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
				"metadata": object{"name": "allow-all", "namespace": at(r.Properties, "metadata.name"), "labels": clone(at(r.Properties, "metadata.labels"))},
				"spec": object{
					"podSelector": object{}, "policyTypes": []any{"Ingress", "Egress"},
					"ingress": []any{object{}}, "egress": []any{object{}},
				},
			}
		}),
		beside("pod-without-policy", linter+"non-isolated-pod", ofKind("Deployment").and(named("dragonfly")), "kubernetes:apps/v1:Deployment",
			inANewNamespace),
		beside("service-without-pods", score+"service-targets-pod", service, services, func(r thing) object {
			put(r.Properties, "metadata.name", "added")
			put(r.Properties, "spec.selector", clone(nowhere))
			return r.Properties
		}),
		beside("ingress-without-service", score+"ingress-targets-service", service.and(named("tripsage-api")), ingresses,
			ingress(func(spec object) { put(backend(spec), "service.name", "nobody-made-this") })),
		beside("ingress-without-port", linter+"dangling-ingress", service.and(named("tripsage-api")), ingresses,
			ingress(func(spec object) { put(backend(spec), "service.port", object{"number": 81.0}) })),
		beside("ingress-without-tls", ownClaim+"no plain HTTP", service.and(named("tripsage-api")), ingresses,
			ingress(func(spec object) { drop(spec, "tls") })),
	}
}

const ingresses = "kubernetes:networking.k8s.io/v1:Ingress"

// firstRule is the first rule of a NetworkPolicy that has one.
func firstRule(r thing) (rule object, direction string) {
	for _, direction := range []string{"ingress", "egress"} {
		if found := objects(r.Properties, "spec."+direction); len(found) > 0 {
			return found[0], direction
		}
	}
	return object{}, ""
}

func firstPeer(r thing) object {
	rule, _ := firstRule(r)
	if peers := append(objects(rule, "from"), objects(rule, "to")...); len(peers) > 0 {
		return peers[0]
	}
	return object{}
}

// inANewNamespace is the workload where no policy of the stack counts.
func inANewNamespace(r thing) object {
	put(r.Properties, "metadata.namespace", "playground")
	return r.Properties
}

// ingress makes a good Ingress to a Service and spoils it.
func ingress(spoil func(spec object)) func(thing) object {
	return func(r thing) object {
		spec := object{
			"ingressClassName": "nginx",
			"tls":              []any{object{"hosts": []any{"api.tripsage.ai"}, "secretName": "api-tls"}},
			"rules": []any{object{"host": "api.tripsage.ai", "http": object{"paths": []any{object{
				"path": "/", "pathType": "Prefix", "backend": object{"service": object{
					"name": at(r.Properties, "metadata.name"), "port": object{"number": 80.0},
				}},
			}}}}},
		}
		spoil(spec)
		meta := clone(at(r.Properties, "metadata")).(object)
		return object{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": spec}
	}
}

func backend(spec object) object {
	path := objects(objects(spec, "rules")[0], "http.paths")[0]
	return within(path, "backend")
}

// accessOperators give away the cluster.
func accessOperators() []operator {
	account := ofKind("ServiceAccount").and(named("tripsage-api"))
	role := func(rules ...any) func(thing) object {
		return func(r thing) object {
			return object{
				"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
				"metadata": clone(at(r.Properties, "metadata")), "rules": clone(rules),
			}
		}
	}
	rule := func(group, resource, verb string) object {
		return object{"apiGroups": []any{group}, "resources": []any{resource}, "verbs": []any{verb}}
	}
	binding := func(role string, subject object) func(thing) object {
		return func(r thing) object {
			if subject == nil {
				subject = object{"kind": "ServiceAccount", "name": at(r.Properties, "metadata.name"), "namespace": at(r.Properties, "metadata.namespace")}
			}
			meta := clone(at(r.Properties, "metadata")).(object)
			drop(meta, "namespace")
			return object{
				"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": meta,
				"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
				"subjects": []any{subject},
			}
		}
	}
	const roles, bindings = "kubernetes:rbac.authorization.k8s.io/v1:Role", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
	return []operator{
		beside("cluster-admin", linter+"cluster-admin-role-binding", account, bindings, binding("cluster-admin", nil)),
		beside("binding-for-anonymous", "CIS Kubernetes Benchmark 5.1", account, bindings,
			binding("view", object{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:anonymous"})),
		beside("role-of-everything", linter+"wildcard-in-rules", account, roles, role(rule("*", "*", "*"))),
		beside("role-of-all-verbs", linter+"wildcard-in-rules", account, roles, role(rule("apps", "deployments", "*"))),
		beside("role-of-secrets", linter+"access-to-secrets", account, roles, role(rule("", "secrets", "list"))),
		beside("role-of-pods", linter+"access-to-create-pods", account, roles, role(rule("", "pods", "create"))),
		beside("role-of-exec", "CIS Kubernetes Benchmark 5.1", account, roles, role(rule("", "pods/exec", "create"))),
		beside("role-of-escalation", "CIS Kubernetes Benchmark 5.1.8", account, roles, role(rule("rbac.authorization.k8s.io", "roles", "escalate"))),
	}
}
