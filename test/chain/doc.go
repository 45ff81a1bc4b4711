// Package chain runs the workflows of .github/workflows here: it reads each
// file, takes its steps in order with their variables, and runs their make
// targets in a clone of this checkout, with the real Makefile and bin/tripsage.
// One pull request, one push to main, one tag and one night:
//
//	make chain
//
// It needs root and what test/e2e needs for a real node, and takes about two
// minutes when that is built. elsewhere_test.go lists the steps that cannot run
// here, with the reasons; a step that is neither run nor listed fails the test.
// Of the others only values differ from GitHub's:
//
//   - ghcr.io is the embedded cluster's registry, on loopback: for jobs through
//     a proxy, with TLS and for a job's token only, for the node as a mirror.
//   - The cluster is the embedded one, for both environments. Jobs log in to it
//     as they do to theirs: with a token that they ask GitHub for, which is a
//     server of this test and gives the token of a service account.
//   - The state is in a folder, encrypted with a passphrase, and not in Pulumi
//     Cloud.
//   - Vercel and GitHub are servers of this test.
//
// The pull request previews staging and production as they are committed. They
// cannot be deployed here: they need Istio, Flagger, Supabase, and images that
// no registry on loopback has. What main and the tag deploy are stacks of the
// same two names that have the committed local stack's tiers, in namespaces of
// their own. Policies advise on those only, because they are made for one
// machine; what happens when they forbid is tried too.
//
// A release whose smoke test fails, and that is taken back while users notice
// nothing, is in test/e2e (deploy_test.go).
package chain
