// Package replay makes Pulumi programs out of recorded resources, so that a
// test can have on a real engine what another program registered: the stack of
// an earlier release ([Program]), or the same resources without our components
// ([Inputs]).
//
// # What a recording does not hold
//
// A graph of package offline tells types, names, parents, providers, options
// and inputs. It does not tell dependencies, so [Program] makes namespaces
// first and workloads last. Nor does it tell the versions of providers; the
// caller chooses them.
package replay
