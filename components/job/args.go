package job

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/process"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

type (
	// Edge is a peer and the TCP ports open between it and the job.
	Edge = netpol.Edge
	// Peer is the other end of an Edge.
	Peer = netpol.Peer
	// Resources are the container's requests and limits.
	Resources = quantity.Resources
	// Amounts are canonical Kubernetes quantities.
	Amounts = quantity.Amounts
	// SecretRef names a Secret and the version of its content.
	SecretRef = secretref.Ref
	// SecretFiles are the keys of one Secret that the process reads as files.
	SecretFiles = process.SecretFiles
)

// Args configure a program that runs once.
type Args struct {
	// Namespace is where everything goes.
	Namespace pulumi.StringInput
	// Name is the metadata.name of the account and the start of the other names.
	// Default: the component's name.
	Name string
	// Component is the role in the system that the labels show, for instance
	// "migration".
	Component string
	// Version is the release that the labels show. Default: the first twelve
	// digits of the image's digest.
	Version string

	// Image is a reference by digest.
	Image string
	// ImagePullSecret names a Secret of the type kubernetes.io/dockerconfigjson,
	// for images that are not public. Default: none.
	ImagePullSecret string
	// UserID is the numeric user and group that the process runs as. Default: 65532.
	UserID int
	// Arguments are what the image's program is called with. No secrets here.
	Arguments []string
	// Env is the process's environment. No secrets here.
	Env map[string]string
	// Secrets are mounted as files, together in the folder SecretsPath.
	Secrets []SecretFiles
	// SecretsPath is the folder of the secret files. Default: /var/run/secrets/tripsage.
	SecretsPath string
	// Resources are the container's requests and limits; all are required.
	Resources Resources

	// Attempts is how often the program is started until it succeeds. Default: 4.
	Attempts int
	// DeadlineSeconds bounds all attempts together. Default: 600.
	DeadlineSeconds int

	// Egress are the only places that the pods reach, besides cluster DNS.
	Egress []Edge

	// After has to be there before the program starts, a database for instance.
	// Components do not count: name what they hold.
	After []pulumi.Resource
}

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, imageref.Version(a.Image))
	a.UserID = cmp.Or(a.UserID, process.DefaultUserID)
	a.SecretsPath = cmp.Or(a.SecretsPath, process.DefaultSecretsPath)
	a.Attempts = cmp.Or(a.Attempts, 4)
	a.DeadlineSeconds = cmp.Or(a.DeadlineSeconds, 600)
	return a
}

// process is what the job's pods have in common with those of workloads.
func (a Args) process() process.Process {
	return process.Process{
		Name: a.Component, Image: a.Image, PullSecret: a.ImagePullSecret, UserID: a.UserID,
		Secrets: a.Secrets, SecretsPath: a.SecretsPath, Resources: a.Resources,
	}
}
