package policytest

import (
	"slices"
	"strings"
)

const istio = "Istio, security best practices: "

// meshOperators break the mesh, the gateway and the releases.
func meshOperators() []operator {
	return slices.Concat(routeOperators(), gatewayOperators(), identityOperators(), canaryOperators())
}

// httpRoutes are the places of a VirtualService's HTTP routes.
func httpRoutes(r *thing) ([]string, []object) { return listed("spec.http")(r) }

// destinations are the weighted destinations of all routes.
func destinations(r *thing) (labels []string, found []object) {
	names, routes := httpRoutes(r)
	for i, route := range routes {
		for _, one := range objects(route, "route") {
			labels, found = append(labels, names[i]), append(found, one)
		}
	}
	return labels, found
}

func routeOperators() []operator {
	routes, rule := ofKind("VirtualService"), ofKind("DestinationRule")
	inRoutes := func(name, source string, do func(object) bool) operator {
		return inEach(name, source, routes, httpRoutes, do)
	}
	inDestinations := func(name, source string, do func(object) bool) operator {
		return inEach(name, source, routes, destinations, do)
	}
	return []operator{
		inDestinations("weights-of-99", ownClaim+"weights sum to 100", putsHere("weight", 99.0)),
		inDestinations("weights-of-101", ownClaim+"weights sum to 100", putsHere("weight", 101.0)),
		inDestinations("weight-negative", ownClaim+"weights sum to 100", putsHere("weight", -100.0)),
		inDestinations("route-host-typo", ownClaim+"a VirtualService to a missing host", putsHere("destination.host", "tripsage-apj")),
		inDestinations("route-subset-typo", "istio IST0101", func(d object) bool {
			return at(d, "destination.subset") != nil && put(d, "destination.subset", "red")
		}),
		inDestinations("route-port-missing", "istio IST0101", func(d object) bool {
			return at(d, "destination.port") != nil && put(d, "destination.port.number", 81.0)
		}),
		inRoutes("half-the-weight", ownClaim+"weights sum to 100", func(route object) bool {
			second := clone(objects(route, "route")[0]).(object)
			put(objects(route, "route")[0], "weight", 50.0)
			put(second, "weight", 40.0)
			return add(route, "route", second)
		}),
		inRoutes("timeout-removed", ownClaim+"timeouts set", dropsHere("timeout")),
		inRoutes("timeout-zero", ownClaim+"timeouts set", func(route object) bool {
			return route["timeout"] != nil && put(route, "timeout", "0s")
		}),
		inRoutes("cors-from-anywhere", ownClaim+"no wildcard hosts", func(route object) bool {
			return at(route, "corsPolicy") != nil && put(route, "corsPolicy.allowOrigins", []any{object{"regex": ".*"}})
		}),
		inRoutes("cors-exact-star", ownClaim+"no wildcard hosts", func(route object) bool {
			return at(route, "corsPolicy") != nil && put(route, "corsPolicy.allowOrigins", []any{object{"exact": "*"}})
		}),
		inRoutes("fault-injected", "Istio, fault injection", putsHere("fault", object{"abort": object{
			"httpStatus": 503.0, "percentage": object{"value": 100.0},
		}})),
		each("route-host-wildcard", ownClaim+"no wildcard hosts", routes, puts("spec.hosts", []any{"*"})),
		each("route-host-half-wildcard", ownClaim+"no wildcard hosts", routes, puts("spec.hosts", []any{"*.tripsage.ai"})),
		each("route-gateway-typo", "istio IST0101", routes, puts("spec.gateways", []any{"tripsage-apj", "mesh"})),
		beside("second-route-of-a-host", ownClaim+"two owners of the weights", routes, virtualServices, func(r thing) object {
			put(r.Properties, "metadata.name", "second")
			return r.Properties
		}),
		each("subset-labels-typo", "istio IST0101", rule, puts("spec.subsets", []any{
			object{"name": "blue", "labels": object{"tripsage.ai/track": "bleu"}},
			object{"name": "green", "labels": object{"tripsage.ai/track": "green"}},
		})),
		each("rule-host-typo", "istio IST0101", rule, puts("spec.host", "tripsage-apj")),
		each("rule-without-tls", ownClaim+"mTLS strict", rule, puts("spec.trafficPolicy.tls.mode", "DISABLE")),
		each("rule-simple-tls", ownClaim+"mTLS strict", rule, puts("spec.trafficPolicy.tls.mode", "SIMPLE")),
		each("rule-subset-without-tls", ownClaim+"mTLS strict", rule, func(r *thing) bool {
			return put(objects(r.Properties, "spec.subsets")[0], "trafficPolicy", object{"tls": object{"mode": "DISABLE"}})
		}),
		without("rule-removed", "istio IST0101", rule),
		beside("second-rule-of-a-host", ownClaim+"two owners", rule, "kubernetes:networking.istio.io/v1:DestinationRule", func(r thing) object {
			put(r.Properties, "metadata.name", "second")
			return r.Properties
		}),
	}
}

const virtualServices = "kubernetes:networking.istio.io/v1:VirtualService"

func gatewayOperators() []operator {
	gateway := ofKind("Gateway")
	server := listed("spec.servers")
	secure := func(do func(object) bool) func(object) bool {
		return func(server object) bool { return at(server, "port.protocol") == "HTTPS" && do(server) }
	}
	return []operator{
		inEach("gateway-host-wildcard", ownClaim+"no wildcard hosts", gateway, server, putsHere("hosts", []any{"*"})),
		inEach("gateway-host-wildcard-of-namespace", ownClaim+"no wildcard hosts", gateway, server, putsHere("hosts", []any{"./*"})),
		inEach("gateway-old-tls", istio+"gateways", gateway, server, secure(putsHere("tls.minProtocolVersion", "TLSV1_0"))),
		inEach("gateway-no-certificate", istio+"gateways", gateway, server, secure(dropsHere("tls.credentialName"))),
		inEach("gateway-no-tls", istio+"gateways", gateway, server, secure(dropsHere("tls"))),
		inEach("gateway-no-redirect", istio+"gateways", gateway, server, func(server object) bool {
			return at(server, "port.protocol") == "HTTP" && drop(server, "tls")
		}),
		inEach("gateway-redirect-off", istio+"gateways", gateway, server, func(server object) bool {
			return at(server, "port.protocol") == "HTTP" && put(server, "tls.httpsRedirect", false)
		}),
		without("gateway-removed", "istio IST0101", gateway),
	}
}

func identityOperators() []operator {
	peers, access := ofKind("PeerAuthentication"), ofKind("AuthorizationPolicy")
	denyAll := func(r thing) bool { return strings.HasSuffix(r.Name, "default-deny") }
	return []operator{
		each("mtls-permissive", ownClaim+"mTLS strict", peers, puts("spec.mtls.mode", "PERMISSIVE")),
		each("mtls-disabled", ownClaim+"mTLS strict", peers, puts("spec.mtls.mode", "DISABLE")),
		each("mtls-unset", ownClaim+"mTLS strict", peers, puts("spec.mtls", object{"mode": "UNSET"})),
		each("mtls-mode-dropped", ownClaim+"mTLS strict", peers, drops("spec.mtls")),
		each("mtls-permissive-on-the-port", ownClaim+"mTLS strict", peers.and(func(r thing) bool {
			return at(r.Properties, "spec.portLevelMtls") != nil
		}), func(r *thing) bool {
			within(r.Properties, "spec.portLevelMtls")["8000"] = object{"mode": "PERMISSIVE"}
			return true
		}),
		each("mtls-disabled-on-the-port", ownClaim+"mTLS strict", peers.and(func(r thing) bool {
			return at(r.Properties, "spec.portLevelMtls") != nil
		}), func(r *thing) bool {
			within(r.Properties, "spec.portLevelMtls")["8000"] = object{"mode": "DISABLE"}
			return true
		}),
		without("mtls-removed", ownClaim+"mTLS strict", peers.and(func(r thing) bool { return strings.HasSuffix(r.Name, "-default") })),
		without("authorization-default-removed", istio+"use default-deny patterns", access.and(denyAll)),
		each("authorization-default-opened", istio+"use default-deny patterns", access.and(denyAll), puts("spec.rules", []any{object{}})),
		inEach("authorization-for-everybody", istio+"authorization", access.and(named("from-ingress")), listed("spec.rules"), dropsHere("from")),
		each("authorization-any-principal", istio+"authorization", access.and(named("from-ingress")), func(r *thing) bool {
			return put(objects(objects(r.Properties, "spec.rules")[0], "from")[0], "source.principals", []any{"*"})
		}),
		each("authorization-empty-rule", istio+"authorization", access.and(named("from-ingress")), puts("spec.rules", []any{object{}})),
		each("authorization-selector-typo", "istio IST0127", access.and(named("from-ingress")),
			puts("spec.selector.matchLabels", object{"app.kubernetes.io/instance": "nowhere"})),
		onStack("staging", "production")(each("injection-removed", "istio IST0102", ofKind("Namespace"), func(r *thing) bool {
			return unlabel(r, "istio-injection")
		})),
		onStack("staging", "production")(each("injection-disabled", "istio IST0102", ofKind("Namespace"), func(r *thing) bool {
			within(r.Properties, "metadata.labels")["istio-injection"] = "disabled"
			return true
		})),
	}
}

func canaryOperators() []operator {
	canary := ofKind("Canary")
	return []operator{
		each("canary-target-typo", ownClaim+"references", canary, puts("spec.targetRef.name", "tripsage-apj")),
		each("canary-autoscaler-typo", ownClaim+"references", canary, puts("spec.autoscalerRef.name", "tripsage-apj")),
		each("canary-gateway-typo", "istio IST0101", canary, puts("spec.service.gateways", []any{"mesh", "tripsage-apj"})),
		each("canary-host-wildcard", ownClaim+"no wildcard hosts", canary, puts("spec.service.hosts", []any{"*"})),
		each("canary-timeout-removed", ownClaim+"timeouts set", canary, drops("spec.service.timeout")),
		each("canary-without-tls", ownClaim+"mTLS strict", canary, puts("spec.service.trafficPolicy.tls.mode", "DISABLE")),
		each("canary-cors-from-anywhere", ownClaim+"no wildcard hosts", canary,
			puts("spec.service.corsPolicy.allowOrigins", []any{object{"regex": ".*"}})),
		each("canary-without-metrics", "Flagger, canary analysis", canary, drops("spec.analysis.metrics")),
		each("canary-without-threshold", "Flagger, canary analysis", canary, drops("spec.analysis.threshold")),
		each("canary-weight-above-100", ownClaim+"weights sum to 100", canary, puts("spec.analysis.maxWeight", 150.0)),
		each("canary-without-analysis", "Flagger, canary analysis", canary, drops("spec.analysis")),
		each("canary-skips-analysis", "Flagger, canary analysis", canary, puts("spec.skipAnalysis", true)),
		beside("route-beside-canary", ownClaim+"two owners of the weights", canary, virtualServices, func(r thing) object {
			return object{
				"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
				"metadata": clone(at(r.Properties, "metadata")),
				"spec": object{
					"hosts": clone(at(r.Properties, "spec.service.hosts")), "gateways": []any{"tripsage-api", "mesh"},
					"http": []any{object{"timeout": "33s", "route": []any{object{
						"destination": object{"host": "tripsage-api-primary", "port": object{"number": 80.0}}, "weight": 100.0,
					}}}},
				},
			}
		}),
		beside("service-beside-canary", ownClaim+"two owners", canary, services, func(r thing) object {
			return object{
				"apiVersion": "v1", "kind": "Service", "metadata": clone(at(r.Properties, "metadata")),
				"spec": object{
					"type": "ClusterIP", "ports": []any{object{"name": "http", "port": 80.0, "targetPort": "http", "protocol": "TCP"}},
					"selector": object{"app.kubernetes.io/instance": "tripsage-api", "app.kubernetes.io/name": "tripsage-api"},
				},
			}
		}),
	}
}
