// Package infra turns a Spec into a running platform.
//
// A Spec says in plain Go values what a stack should look like. Validate
// judges it without any side effect; Deploy registers one tier after another:
// platform (provider and namespace), data (credentials, cache, database) and
// api (the workload).
//
// The package knows nothing about where a Spec comes from: package stacks is
// the only reader of Pulumi configuration. Whatever differs between
// environments is a value in the Spec.
package infra
