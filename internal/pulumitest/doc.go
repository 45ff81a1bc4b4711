// Package pulumitest compares what a Pulumi program registers, as a whole tree
// of resources, with golden files. Package offline runs the program.
//
// The package defines the test flag -update (see [Golden]); a test package that
// uses it must not define that flag again.
package pulumitest
