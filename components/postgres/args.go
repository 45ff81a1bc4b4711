package postgres

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

type (
	// Peer is who may connect.
	Peer = netpol.Peer
	// Resources are the container's requests and limits.
	Resources = quantity.Resources
	// Amounts are canonical Kubernetes quantities.
	Amounts = quantity.Amounts
	// SecretRef names a Secret and the version of its content.
	SecretRef = secretref.Ref
)

// The keys that the Secret must have.
const (
	// SuperuserKey is the password of the role postgres.
	SuperuserKey = "superuser-password"
	// AuthenticatorKey is the password of the role authenticator, the one that
	// the API connects as.
	AuthenticatorKey = "authenticator-password"
	// MonitorKey is the password of the role monitor.
	MonitorKey = "monitor-password"
)

// The roles that connect.
const (
	// AuthenticatorRole is the role of the API.
	AuthenticatorRole = "authenticator"
	// SuperuserRole owns the schema, as in a Supabase project.
	SuperuserRole = "postgres"
	// MonitorRole reads statistics and settings, and no table.
	MonitorRole = "monitor"
)

// Args configure one Postgres server with its data on a volume.
type Args struct {
	// Namespace is where everything goes.
	Namespace pulumi.StringInput
	// Name is the metadata.name of every object. Default: the component's name.
	Name string
	// Version is the release that the labels show. Default: the first twelve
	// digits of the image's digest.
	Version string
	// Image is a reference by digest.
	Image string
	// Secret holds SuperuserKey, AuthenticatorKey and MonitorKey.
	Secret SecretRef

	// Database is the name of the one database. Default: tripsage. It is made
	// with the volume: a later change finds no such database.
	Database string
	// MaxConnections is the server's limit over all clients. Default: 200.
	MaxConnections int
	// Resources are the container's requests and limits; all are required.
	Resources Resources
	// Storage is the volume's size, a canonical quantity. Default: 1Gi.
	Storage string
	// StorageClass of the volume. Default: the cluster's own default.
	StorageClass string
	// Protect makes Pulumi refuse to delete the volume claim, and keeps it in
	// the cluster if the stack lets go of it.
	Protect bool

	// Clients may connect.
	Clients []Peer
}
