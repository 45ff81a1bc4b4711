// Package e2e tests the platform from outside, as a person meets it: it builds
// the operator's program, runs it as a subprocess on a copy of this checkout,
// and looks at the cluster with an ordinary Kubernetes client.
//
//	go test -count=1 -timeout 60m -v ./test/e2e
//
// It needs Linux, Go, curl and git's checkout, nothing else: no kubectl, no Docker.
// Tests of a real node need root and fail without it. Tests of simulated nodes
// run as an ordinary user: as yourself, or, when started by root, as a user
// without rights that exists for the time of the test only.
//
// With warm caches it takes about twenty-four minutes on two cores. The first run
// on a machine builds the cluster's programs and takes about twenty more.
//
// Everything is below one folder called tse-* in the folder for temporary
// files. A run that was killed leaves it, and perhaps a cluster; end that with
//
//	bin/tripsage --state-dir <folder>/real down --purge
package e2e
