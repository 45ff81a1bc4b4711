// Package policytest judges the policy pack as a whole, with the resources that
// the shipped stacks declare.
//
//		make policy
//		go test -count=1 -timeout 30m -v ./test/policy
//
//	  - The shipped stacks, and others that an owner could choose, have no
//	    violation, whatever a preview does not know (shipped_test.go,
//	    unknowns_test.go).
//	  - Mutation: operators break the shipped stacks in the ways that linters, the
//	    Pod Security Standards and the rules themselves name. The pack must notice
//	    at least 95 % of the broken stacks, and the survivors are those of
//	    testdata/survivors.txt, each with a reason (mutation_test.go,
//	    operators_*_test.go). Structural operators delete, flip and zero everything
//	    there is; what survives of that is told, not judged (structure_test.go).
//	  - Difference: kube-score and the API server's own admission judge the same
//	    objects, whole and broken. Each disagreement has a reason, and the table of
//	    them is docs/policies-differences.md (differences_test.go).
//	  - A rule that panics fails alone (panic_test.go).
//	  - The real engine stops before anything changes: as the operator's program
//	    runs it on a control plane, as plain Pulumi does, and as `pulumi policy
//	    analyze` does on a recorded state (cli_test.go, analyze_test.go).
//
// Golden files are written by
//
//	go test ./test/policy -update
//
// # What it needs
//
// Linux, Go and git's checkout; no network once the Go modules are there. It
// runs as any user. The control plane is embedded and has no nodes. With warm
// caches it takes about five minutes on two cores; the first run on a machine
// builds the programs, as that of test/manifests does.
package policytest
