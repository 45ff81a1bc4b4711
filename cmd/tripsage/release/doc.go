// Package release decides how a new image of the API takes over from the one
// that runs, and what happens when it turns out to be bad. It knows neither the
// engine nor how a release is verified: a [Platform] does what is decided.
//
// Nothing is decided from memory. What runs is read from the Deployments, and
// what was good before from a ConfigMap beside them, so that any machine can
// take a release back.
package release
