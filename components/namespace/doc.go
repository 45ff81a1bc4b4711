// Package namespace is a Kubernetes namespace that is closed by default: the
// API server refuses pods that break the restricted Pod Security profile, and
// no pod may send or receive anything but DNS queries until a NetworkPolicy of
// its own allows it.
//
// In a mesh it also lets sidecars reach Istio's control plane, which the closed
// egress would cut them off from: a sidecar without certificates refuses all
// traffic. Sidecars need no other policy. They listen on the application's own
// port as far as a NetworkPolicy can see, and the kubelet, which asks them for
// the probes on 15020 and 15021, comes from the node, which policies let pass.
//
// There is no ResourceQuota and no LimitRange: every pod here comes from our
// own components, which always set requests and limits, and a quota would stop
// the surge pods of a rolling update before it stopped anything else.
package namespace
