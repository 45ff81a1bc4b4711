// Package offline evaluates a Pulumi program without an engine: it runs the
// program in this process and gives back the graph of resources that it
// registers.
//
// # Why no engine is needed
//
// A Pulumi program does not make resources; it only tells a monitor which ones
// it wants. Everything else, such as the comparison with what is there, the
// decryption of configuration and the calls to providers, is the work of the
// engine behind the monitor. Reviewers, GitOps tools and linters ask only which
// resources a stack wants, and they have no cluster, no plugins and no
// passphrase. For them this package puts a monitor of its own in the engine's
// place, through the seam that the Pulumi SDK offers for unit tests
// (pulumi.WithMocks): there is no other that is public.
//
// # What it cannot know
//
// Nothing is made, so what only a provider can tell is not known:
//
//   - A resource's outputs are its inputs. An output that is no input, such as
//     the status of a Kubernetes object, is unknown in a [Options.Preview], as
//     it would be in the engine's, and marked so in Resource.Properties;
//     otherwise it is a zero value. What a provider adds inside an input, such
//     as metadata.uid, is a zero value in both.
//   - Identifiers are the resource's name and "-id".
//   - Random passwords are invented. They are the same in every run, change
//     with the resource's name and keepers, and must never be used as secrets.
//   - A program that calls a function of a provider fails.
//   - A preview in which a value is both secret and unknown fails: the SDK's
//     monitor for tests cannot carry one.
package offline
