package workload

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/process"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

type (
	// Edge is a peer and the TCP ports open between it and the workload.
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

// Args configure a stateless HTTP service.
type Args struct {
	// Namespace is where everything goes.
	Namespace pulumi.StringInput
	// Name is the metadata.name of every object. Default: the component's name.
	Name string
	// Component is the role in the system that the labels show, for instance "api".
	Component string
	// Version is the release that the labels show. Default: the first twelve
	// digits of the image's digest; with Tracks, "unversioned" for what they share.
	Version string

	// Image is a reference by digest. Empty with Tracks, which have their own.
	Image string
	// ImagePullSecret names a Secret of the type kubernetes.io/dockerconfigjson,
	// for images that are not public. Default: none.
	ImagePullSecret string
	// Tracks are releases that run side by side. Default: none, a single
	// Deployment that a rolling update changes.
	Tracks []Track
	// Routing says which pods the Service leads to.
	Routing Routing
	// Mesh prepares the pods for Istio's sidecar; see the package's decisions.
	Mesh bool
	// Datadog tells Datadog's agent about the pods. Nil: it is not told.
	Datadog *Datadog
	// UserID is the numeric user and group that the process runs as. Default: 65532.
	UserID int
	// Env becomes a ConfigMap and the process's environment. No secrets here.
	Env map[string]string
	// Secrets are mounted as files, together in the folder SecretsPath.
	Secrets []SecretFiles
	// SecretsPath is the folder of the secret files. Default: /var/run/secrets/tripsage.
	SecretsPath string
	// Resources are the container's requests and limits; all are required.
	Resources Resources

	Ports    Ports
	Health   Health
	Shutdown Shutdown
	// Scaling is how many pods there are; of each track that has none of its own.
	Scaling Scaling

	// Ingress are the only callers that reach the pods, on container ports.
	Ingress []Edge
	// Egress are the only places that the pods reach, besides cluster DNS.
	Egress []Edge

	// After has to be done before any pod gets a new template: a migration, for
	// instance. Everything else does not wait for it. Components do not count:
	// name what they hold.
	After []pulumi.Resource
}

// Ports are where the process listens and what the Service offers.
type Ports struct {
	// HTTP is the container's port. Default: 8000.
	HTTP int
	// Metrics is the container's and the Service's port for Prometheus. Default: 9090.
	Metrics int
	// Service is the Service's port for HTTP. Default: 80.
	Service int
}

// Health says how the kubelet asks the process about itself, on the HTTP port.
type Health struct {
	// LivePath must not touch dependencies: a broken database is no reason to
	// restart the process. It serves the startup probe too. Default: /health.
	LivePath string
	// ReadyPath answers whether traffic may come. Default: /health/ready.
	ReadyPath string
	// StartupSeconds is how long the process may take to start. Default: 60.
	StartupSeconds int
}

// Shutdown is the time budget from the decision to end a pod to its end.
type Shutdown struct {
	// PreStopSeconds is how long the pod goes on as before while the endpoints
	// lose it. Default: 5.
	PreStopSeconds int
	// AppSeconds is what the process itself takes after SIGTERM. Default: 20.
	AppSeconds int
	// GraceSeconds is terminationGracePeriodSeconds: after it comes SIGKILL. Default: 30.
	GraceSeconds int
}

// Scaling is how many pods there are. With Min below Max an autoscaler decides;
// with both the same there is none.
type Scaling struct {
	// Min and Max bound the number of pods.
	Min, Max int
	// CPUPercent and MemoryPercent are the use, relative to the requests, that
	// the autoscaler aims at. Default: 70 and 80.
	CPUPercent, MemoryPercent int
	// MaxUnavailable is how many pods a node drain may take at a time. Default: 1.
	MaxUnavailable int
}
