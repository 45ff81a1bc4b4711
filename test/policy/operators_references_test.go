package policytest

// referenceOperators break what the rules about the mesh, and about objects that
// name each other, see besides what meshOperators break.
func referenceOperators() []operator {
	routes, rules := ofKind("VirtualService"), ofKind("DestinationRule", "Canary")
	policies := ofKind("NetworkPolicy")
	namespaced := func(kind, version string, spec object) func(thing) object {
		return func(r thing) object {
			return object{"apiVersion": version, "kind": kind, "metadata": clone(at(r.Properties, "metadata")), "spec": clone(spec)}
		}
	}
	traffic := func(r *thing) string {
		if r.kind() == "Canary" {
			return "spec.service.trafficPolicy."
		}
		return "spec.trafficPolicy."
	}
	account := ofKind("ServiceAccount").and(named("tripsage-api"))
	return []operator{
		inEach("retries-of-writes", "RFC 9110, 9.2.2", routes, httpRoutes, func(route object) bool {
			return at(route, "match") == nil && put(route, "retries", object{"attempts": 1.0, "perTryTimeout": "5s", "retryOn": "5xx"})
		}),
		inEach("retries-unsaid", "Istio, HTTPRetry", routes, httpRoutes, dropsHere("retries")),
		each("proxy-left-out", "istio IST0103", lasting().and(named("tripsage-api")), func(r *thing) bool {
			within(template(r), "metadata.labels")["sidecar.istio.io/inject"] = "false"
			return true
		}),
		each("outliers-kept", "Istio, OutlierDetection", rules, func(r *thing) bool { return drop(r.Properties, traffic(r)+"outlierDetection") }),
		each("connections-unlimited", "Istio, ConnectionPoolSettings", rules, func(r *thing) bool { return drop(r.Properties, traffic(r)+"connectionPool") }),
		beside("envoy-filter", "istio IST0151", ofKind("Gateway"), "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter",
			namespaced("EnvoyFilter", "networking.istio.io/v1alpha3", object{})),
		beside("sidecar-to-everywhere", "Istio, Sidecar", ofKind("Gateway"), "kubernetes:networking.istio.io/v1:Sidecar",
			namespaced("Sidecar", "networking.istio.io/v1", object{"egress": []any{object{"hosts": []any{"*/*"}}}})),
		onStack("staging")(inEach("port-without-protocol", "istio IST0118", ofKind("Service"), listed("spec.ports"), func(port object) bool {
			return port["name"] == "http" && put(port, "name", "web")
		})),
		beside("monitor-of-nothing", linter+"dangling-servicemonitor", ofKind("Service"), "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
			namespaced("ServiceMonitor", "monitoring.coreos.com/v1", object{"selector": object{"matchLabels": object{"app": "nowhere"}}})),
		inEach("policy-for-a-closed-port", ownClaim+"references", policies, listed("spec.ingress"), func(rule object) bool {
			return put(objects(rule, "ports")[0], "port", 7.0)
		}),
		beside("binding-to-nobody", ownClaim+"references", account, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", func(r thing) object {
			return object{
				"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": clone(at(r.Properties, "metadata")),
				"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
				"subjects": []any{object{"kind": "ServiceAccount", "name": "nobody", "namespace": at(r.Properties, "metadata.namespace")}},
			}
		}),
		each("caller-that-is-nobody", ownClaim+"references", ofKind("AuthorizationPolicy").and(named("from-ingress")), func(r *thing) bool {
			namespace := at(r.Properties, "metadata.namespace").(string)
			source := objects(objects(r.Properties, "spec.rules")[0], "from")[0]
			return put(source, "source.principals", []any{"cluster.local/ns/" + namespace + "/sa/nobody"})
		}),
		onStack("production")(each("primary-left-out", "Flagger, how it works", ofKind("PodDisruptionBudget"),
			puts("spec.selector.matchLabels", object{"app.kubernetes.io/name": "tripsage-api"}))),
		beside("object-declared-twice", ownClaim+"references", ofKind("ConfigMap"), "kubernetes:core/v1:ConfigMap", func(r thing) object { return r.Properties }),
	}
}
