// Package stacks is the only reader of Pulumi configuration. Load decodes the
// configuration of a stack strictly into an infra.Spec and fills in defaults
// from one table; Program is the Pulumi program itself.
//
// Environments differ here, as values, and nowhere else.
package stacks
