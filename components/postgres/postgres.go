package postgres

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Type is the Pulumi type token of the component.
const Type = "tripsage:postgres:Postgres"

// Port is where the server listens.
const Port = 5432

// Component is a running database.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
	// Database is the name of the database.
	Database pulumi.StringOutput
}
