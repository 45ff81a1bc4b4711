// Package outsidetest is for tests only. It stands in for what the shipped
// stacks need from outside: the services that their providers ask, and the
// secrets that whoever deploys sets.
package outsidetest
