// Package components holds no code; the packages below it are reusable Pulumi
// components. They all keep the same contract:
//
//  1. Type is the token "tripsage:<package>:<Name>", and
//     New(ctx, name, Args, ...ResourceOption) (*Component, error) creates one.
//  2. New always goes in this order: fill in defaults on a copy of the
//     arguments, Args.Validate (pure; reports every fault at once, before
//     anything is registered), register, one function per child, register the
//     outputs.
//  3. What configuration knows is a plain Go value. What other resources
//     produce is a pulumi Input. Results are Output fields.
//  4. Every child has the component as its parent, an explicit metadata.name
//     and namespace, and the standard labels.
//  5. A component makes decisions; its doc.go says which, and why.
//  6. Components do not import each other. What they share is in
//     components/internal. They read neither stack configuration nor the
//     stack's name; providers come from the caller as resource options.
package components
