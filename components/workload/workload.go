package workload

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Type is the Pulumi type token of the component.
const Type = "tripsage:workload:Workload"

// Component is a running stateless HTTP service.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// ServicePort is the Service's HTTP port.
	ServicePort pulumi.IntOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
	// DeploymentName is the Deployment's metadata.name.
	DeploymentName pulumi.StringOutput
}
