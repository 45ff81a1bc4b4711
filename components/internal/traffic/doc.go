// Package traffic holds how HTTP requests travel to a service: time limits,
// retries, connection pools, the ejection of failing pods and the origins of
// browsers. The values are plain, and become Istio's types; the component that
// owns the weights, ours or Flagger's, uses the same ones.
//
// Istio retries every request twice unless told otherwise, POST included. So
// there are two policies here and nothing between: RetryPolicy, for a route
// that matches no method but Retries.Methods, and NoRetries for all others. A
// controller that makes a single route for all methods, as Flagger does, gets
// OneRoute.
package traffic
