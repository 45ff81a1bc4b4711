// Package pulumitest runs a Pulumi program against mocks and records what it
// registers, so that tests compare whole trees of resources with golden files.
//
// The package defines the test flag -update (see [Golden]); a test package that
// uses it must not define that flag again.
package pulumitest
