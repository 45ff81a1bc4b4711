package secret

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Type is the Pulumi type token of the component.
const Type = "tripsage:secret:Secret"

// Component is a Kubernetes Secret.
type Component struct {
	pulumi.ResourceState

	// Name is the Secret's metadata.name.
	Name pulumi.StringOutput
	// Version changes whenever a value does and is safe to print.
	Version pulumi.StringOutput
	// Values are the Secret's content, marked secret.
	Values pulumi.StringMapOutput
}

// Ref returns what a consumer of the Secret needs to mount it.
func (c *Component) Ref() Ref {
	return Ref{Name: c.Name, Version: c.Version}
}

// Value returns one value, marked secret, to build other values from.
func (c *Component) Value(key string) pulumi.StringOutput {
	return c.Values.MapIndex(pulumi.String(key))
}
