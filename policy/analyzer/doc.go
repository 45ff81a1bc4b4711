// Package analyzer runs rules for the Pulumi engine: it speaks the engine's
// analyzer protocol, decodes resources, applies the configuration and words the
// verdicts.
//
// It stands in for the server of Pulumi's package policyx, which decodes every
// resource anew for each policy and gives no configuration to the policies of a
// stack; see docs/adr/0014-the-policy-pack-speaks-the-protocol-itself.md.
package analyzer
