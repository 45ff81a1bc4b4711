package istioroute

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

type (
	// Traffic is how requests travel: time limits, retries, pools, origins.
	Traffic = traffic.Traffic
	// Retries say when a proxy asks again.
	Retries = traffic.Retries
	// Pool bounds what one proxy sends at a time.
	Pool = traffic.Pool
	// Outlier takes failing pods out of the balancing.
	Outlier = traffic.Outlier
	// CORS says which pages of other origins may call.
	CORS = traffic.CORS
)

// WeightsOwner is who decides which share of the requests a track gets.
type WeightsOwner string

const (
	// OwnerPulumi is this component: the weights are those of Tracks.
	OwnerPulumi WeightsOwner = "pulumi"
	// OwnerFlagger is the Flagger controller, told by a Canary.
	OwnerFlagger WeightsOwner = "flagger"
)

// PreviewHeader is the default header that asks for a track by its name.
const PreviewHeader = "x-tripsage-track"

// Args configure the way to one service.
type Args struct {
	// Namespace is where everything goes: that of the service.
	Namespace pulumi.StringInput
	// Name is the service: the metadata.name of its Service, the value of its
	// pods' label app.kubernetes.io/instance, and the metadata.name of the
	// Gateway, VirtualService and DestinationRule. Default: the component's name.
	Name string
	// Version is the release that the labels show. Default: "unversioned".
	Version string
	// ServicePort is the Service's port for HTTP. Default: 80.
	ServicePort int
	// ContainerPort is the pods' port for HTTP. Default: 8000.
	ContainerPort int

	// Hosts are the public DNS names, without wildcards.
	Hosts []string
	// TLSSecret names the Secret with the certificate for Hosts, in the namespace
	// of the ingress gateway's pods.
	TLSSecret string
	Ingress   Ingress

	// WeightsOwner decides about the weights. Default: OwnerPulumi. Under
	// OwnerFlagger, Tracks, Preview, WebSocketPath and Traffic stay empty: they
	// belong to the Canary.
	WeightsOwner WeightsOwner
	// Tracks are the versions side by side; their weights sum to 100. Without
	// any, all pods of the Service get all requests.
	Tracks []Track
	// Preview leads chosen requests to one track, whatever the weights.
	Preview Preview
	// WebSocketPath is where clients open WebSockets, with all below it.
	// Default: /ws.
	WebSocketPath string
	Traffic       Traffic

	// Callers may call, besides the ingress gateway.
	Callers []Caller
	// PlainPorts are container ports that take plain text from outside of the
	// mesh, for scrapers of metrics; never ContainerPort.
	PlainPorts []int
	// TrustDomain is the mesh's. Default: cluster.local.
	TrustDomain string
}

// Ingress is the gateway whose pods take requests from outside. The defaults are
// those of Istio's Helm chart "gateway", installed under the name istio-ingress.
type Ingress struct {
	// Namespace and ServiceAccount of the pods. Default: istio-ingress for both.
	Namespace, ServiceAccount string
	// PodLabels select the pods. Default: istio=ingress.
	PodLabels map[string]string
}

// Track is one version of the service. Take one away in two steps: weight 0 and
// no preview first, so that no route leads there any more; then the track.
type Track struct {
	// Name of the subset, a DNS label such as "blue".
	Name string
	// Weight is the share of the requests in percent, from 0 to 100.
	Weight int
	// Labels of the pods. No pod may match two tracks. Default:
	// tripsage.ai/track=<Name>.
	Labels map[string]string
}

// Preview lets testers choose a track with a header or a cookie.
type Preview struct {
	// Tracks that can be chosen by name.
	Tracks []string
	// Header carries the track's name. Default: x-tripsage-track.
	Header string
	// Cookie carries it where a header cannot be set. Default: none is looked at.
	Cookie string
}

// Caller is somebody in the mesh who may call.
type Caller struct {
	// Name becomes the last part of the policy's name.
	Name string
	// Namespace of the caller.
	Namespace string
	// ServiceAccount of the caller. Default: every one of Namespace.
	ServiceAccount string
	// Ports are container ports. Default: ContainerPort.
	Ports []int
	// Methods are HTTP methods. Default: all.
	Methods []string
	// Paths are absolute; one that ends with * holds for all that begins so.
	// Default: all.
	Paths []string
}
