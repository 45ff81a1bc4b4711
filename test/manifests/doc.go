// Package manifests shows every Kubernetes object of every stack to those who
// would have to take it: a real API server, and the linters that reviewers run.
//
//	make manifests
//	go test -count=1 -timeout 60m -v ./test/manifests
//
// The objects are those of `tripsage render`, for each Pulumi.<stack>.yaml of
// this checkout. Each of them is
//
//   - applied to an embedded control plane that has the custom resource
//     definitions of Istio, Flagger and the Dragonfly operator, with strict
//     field validation and no warning; the pod of each workload is created too,
//     so that the admission of its namespace judges it (apiserver_test.go);
//   - held against that API server's own schemas by kubeconform, with unknown
//     fields refused (kubeconform_test.go);
//   - judged by kube-score, by kubeaudit, and by Istio's own analysis
//     (kubescore_test.go, kubeaudit_test.go, istio_test.go).
//
// Each judge must also find what is wrong with objects that are spoilt on
// purpose: one that finds nothing proves nothing. What a linter finds and we do
// on purpose is listed with its reason in exceptions_test.go; an exception that
// no longer applies fails the test.
//
// # What it needs
//
// Linux, Go and git's checkout: no kubectl, no Docker, no network once the Go
// modules are there. It runs as root and as any other user. Nodes there are
// none, so no container runs. With warm caches it takes about a minute on two
// cores. The first run on a machine builds the programs: about five minutes for
// Kubernetes, which the embedded cluster shares, and six for the linters.
//
// Everything is below one folder called tsm-* in the folder for temporary
// files. A run that was killed leaves it, and perhaps a control plane; end that
// with
//
//	bin/tripsage --state-dir <folder> --nodes simulated down --purge
package manifests
