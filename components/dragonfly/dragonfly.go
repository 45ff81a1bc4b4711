package dragonfly

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Type is the Pulumi type token of the component.
const Type = "tripsage:dragonfly:Dragonfly"

const (
	// Port speaks the Redis protocol and asks for the password.
	Port = 6379
	// MetricsPort serves /metrics over HTTP and admin commands.
	MetricsPort = 9999
)

// Component is a running cache.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
}
