// Package istioroute is the way of requests to one service through an Istio
// mesh (the classic API, not the Kubernetes Gateway API): the ingress Gateway,
// the routes with their weights, and who may call.
//
// Decisions, routes:
//   - The routes hold for the ingress gateway and for callers inside the mesh
//     alike. Without the latter a caller in the cluster would reach the pods of
//     every track, the inactive one too. Inside the mesh they hold for every
//     HTTP port of the Service and lead to ServicePort, so metrics are read from
//     pods, never through the Service.
//   - Istio retries by default, POST too. Only the route of the methods named in
//     Traffic.Retries.Methods retries; the last route, which takes all that no
//     other one wants, does not, and nor do the preview and the WebSocket route.
//   - A track of weight 0 is left out of the weighted destinations and keeps its
//     subset, so its preview works and a later shift finds it ready. A single
//     destination always reads weight 100.
//   - The preview header is no secret and no guard: who sends it sees the track.
//   - No consistent hash: it does not hold between weighted destinations.
//   - Destinations and hosts are short names. Istio completes them with the
//     namespace of the object, and they are known during preview.
//
// Decisions, who may call:
//   - Mutual TLS is STRICT and nothing is allowed in the whole namespace; each
//     declared caller gets a policy of its own. There is therefore one Route for
//     a namespace. Policies are enforced by the sidecar of the called pod: pods
//     without one, such as a database, are not touched by any of this, and
//     NetworkPolicies remain the only fence around them.
//   - Policies select pods by app.kubernetes.io/instance alone, because Flagger
//     changes app.kubernetes.io/name on its copies.
//   - A scraper outside of the mesh has no certificate. PlainPorts take plain
//     text from anybody and mutual TLS from the mesh; NetworkPolicies say who.
//   - Probes of the kubelet need nothing: the sidecar injector leads them around.
//
// Under OwnerFlagger there is no VirtualService and no DestinationRule here:
// Flagger makes them from its Canary, and two owners of the weights would undo
// each other. The Gateway and who may call stay here.
//
// The Secret with the certificate (kubernetes.io/tls) lives in the namespace of
// the ingress gateway's pods, not in the one of the Gateway object: Istio looks
// for it there only. The ingress gateway must not be scoped to its own namespace
// (PILOT_SCOPE_GATEWAY_TO_NAMESPACE), or it does not see this Gateway.
package istioroute
