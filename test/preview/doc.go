// Package preview runs the real engine with the real code of the GitHub and
// Vercel providers on programs made of our components.
//
//	go test -count=1 -timeout 30m ./test/preview
//
// Only the two services are not real: servers of the test on loopback answer
// for api.github.com and api.vercel.com, and keep every request. The providers
// check what they are given as they do for anyone, so a program that passes
// here is one that the services' own clients accept and can send.
package preview
