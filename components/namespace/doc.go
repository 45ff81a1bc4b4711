// Package namespace is a Kubernetes namespace that is closed by default: the
// API server refuses pods that break the restricted Pod Security profile, and
// no pod may send or receive anything but DNS queries until a NetworkPolicy of
// its own allows it.
//
// There is no ResourceQuota and no LimitRange: every pod here comes from our
// own components, which always set requests and limits, and a quota would stop
// the surge pods of a rolling update before it stopped anything else.
package namespace
