package dragonfly

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

type (
	// Peer is who may connect.
	Peer = netpol.Peer
	// SecretRef names a Secret and the version of its content.
	SecretRef = secretref.Ref
)

// FlagsKey is the Secret key whose value is Dragonfly's flag file: a line
// --requirepass=<password>.
const FlagsKey = "flags"

// FlagsTemplate is what a Secret composes the flag file from, given a value
// with the key "password".
const FlagsTemplate = "--requirepass={password}\n"

// Args configure one Dragonfly pod, and what every pod of the replicated form
// has in common with it.
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
	// ImagePullSecret names a Secret for the image's registry. Default: none.
	ImagePullSecret string
	// Secret holds the flag file under FlagsKey; for the replicated form it
	// holds AdminPasswordKey and ACLKey instead.
	Secret SecretRef

	// Threads is --proactor_threads. Default: 1.
	Threads int
	// MaxMemoryMiB is --maxmemory: what the data may take. Default: 256 per thread.
	MaxMemoryMiB int
	// MemoryLimitMiB is the container's memory limit and request. Default:
	// a quarter more than MaxMemoryMiB, for what Dragonfly takes besides data.
	MemoryLimitMiB int
	// CPURequest and CPULimit are canonical quantities. Default: "100m" and one
	// CPU per thread.
	CPURequest, CPULimit string

	// Clients may connect to the Redis port.
	Clients []Peer
	// Scrapers may read the metrics. The same port answers admin commands
	// without a password, so name only a monitoring system here.
	Scrapers []Peer
}
