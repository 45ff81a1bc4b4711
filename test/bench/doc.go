// Package bench measures the platform from outside and prints every figure
// next to its baseline from the same run, so that a slow or busy machine moves
// both.
//
//	go test -count=1 -timeout 60m -run '^$' -bench . -benchtime 1x -v ./test/bench
//
// Each benchmark repeats what it measures by itself and prints medians;
// -benchtime has no say. A run needs Linux for its memory figures, takes about
// half an hour on two cores, and wants the machine to itself. What is
// not built yet is built before anything is timed; on a new machine that takes
// about twenty minutes more.
//
// # BenchmarkUp
//
// Wall time of `tripsage up` as a person starts it. Cold: the state folder is
// empty, so certificates, cluster, pods and stack are all new, but programs and
// images are built already. Warm: all of it is up and nothing is to be changed.
// The ratio is warm to cold. As root on Linux the node is a real one, otherwise
// it is simulated; the table says which.
//
// # BenchmarkPreview
//
// What our components cost: time of a preview that finds nothing to change, of
// our program and of a bare one. The bare program is made from our stack's
// state. It registers the same providers and resources with the same inputs
// and dependencies as plain maps, without components and without the typed
// SDK, into a stack and a namespace of its own. Both run in the same process
// through the engine package, as `tripsage preview` does, and take turns. Nodes
// are simulated, because pods play no part.
//
// # BenchmarkPolicy
//
// What the policy pack adds to a preview of about 100 and 1,000 resources: the
// same program with and without the pack, in turns and in one process. The pack
// is a program of its own, started by the engine in each preview. The provider's
// limit of requests, see below, is lifted, because it would hide the pack's
// share. The benchmark fails when the pack adds more than 10 %. A second table
// has the pack's own work for each resource, in this process.
//
// # BenchmarkGrowth
//
// Time and peak memory of a preview that adds 1, 10, 100 and 1,000 workloads,
// of eleven resources each, to a namespace that is up. The API server checks
// every object (a dry run), and makes none. A thousand are previewed once,
// because that takes minutes: the provider sends 50 requests a second and no
// more (kubeClientSettings of pulumi-kubernetes). Such a limit would hide a cost
// that grows, so each preview is repeated without it. The baseline of the ratio
// is a resource with ten workloads; with one, the start of the engine is nearly
// all. What each further resource costs, from one size to the next, leaves the
// start out. The *-growth figures compare that between the last two pairs of
// sizes: 1 is linear. The same programs evaluated in this process, by
// internal/offline, show what is the share of our components and of the SDK.
// Bringing a thousand workloads up, and a preview of them afterwards, is not
// measured.
//
// # BenchmarkMemory
//
// The most resident memory that each process ever had (VmHWM), for a cluster
// that was started from nothing and then saw one `up` without changes, and for
// the processes of those two `up` themselves: the operator's program, the
// Pulumi engine and its plugins. The latter are looked at ten times a second,
// so one that lives for less may be missed. Sums count pages that processes
// share once for each, so they are upper bounds.
//
// # BenchmarkPrometheus
//
// Peak memory (VmHWM) of the Prometheus that the local stack runs, with the
// stack's rules, and how long a scrape and one look at all rules take, for 1, 10
// and 100 pods of the API. The pods are the service's own metrics in this
// process, with all operations of its document used: about as many series as a
// busy pod has. All their counters move between two scrapes.
//
// # BenchmarkCompile
//
// Wall and processor time of `go build` of main.go with an empty build cache,
// the standard library included, against a program that imports only the
// Pulumi SDK and the packages core/v1, apps/v1 and meta/v1 of the Kubernetes
// SDK (testdata/baseline). Modules are downloaded already.
//
// # What is left behind
//
// Nothing: clusters are stopped and purged also when a benchmark fails or is
// interrupted. All files are in one folder called tsb-* in the folder for
// temporary files. After a kill -9, end what runs there with
//
//	bin/tripsage --state-dir <folder>/<name> down --purge
package bench
