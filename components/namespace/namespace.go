package namespace

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Type is the Pulumi type token of the component.
const Type = "tripsage:namespace:Namespace"

// Component is a namespace in which nothing may talk until a policy allows it.
type Component struct {
	pulumi.ResourceState

	// Name is the namespace's name. It is known only once the default-deny
	// policies exist, so whatever lives in the namespace is created after them.
	Name pulumi.StringOutput
}
