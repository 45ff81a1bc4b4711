package namespace

import (
	"errors"
	"regexp"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

// defaultPodSecurityVersion pins what "restricted" means to one Kubernetes
// release, so that an upgrade of the cluster cannot start to refuse our pods.
const defaultPodSecurityVersion = "v1.34"

var podSecurityVersion = regexp.MustCompile(`^(latest|v1\.[0-9]{1,3})$`)

// Args configure a namespace.
type Args struct {
	// Name is the metadata.name. Default: the component's name.
	Name string
	// Version is the release that the labels show. Default: "unversioned".
	Version string
	// PodSecurityVersion is the Kubernetes release (v1.N or latest) whose
	// definition of the restricted profile counts. Default: v1.34.
	PodSecurityVersion string
	// Mesh lets Istio put a sidecar into the pods, and the sidecars reach
	// Istio's control plane. The cluster needs Istio's CNI plugin: without it
	// each pod gets an init container with NET_ADMIN, which the restricted
	// profile refuses. Pods that shall stay out of the mesh carry the label
	// sidecar.istio.io/inject with the value "false".
	Mesh bool
	// Protect makes Pulumi refuse to delete the namespace, and with it all that
	// it holds.
	Protect bool
}

func (a Args) withDefaults(name string) Args {
	if a.Name == "" {
		a.Name = name
	}
	if a.Version == "" {
		a.Version = labels.Unversioned
	}
	if a.PodSecurityVersion == "" {
		a.PodSecurityVersion = defaultPodSecurityVersion
	}
	return a
}

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		labels.ValidateValue("Version", a.Version),
	}
	if !podSecurityVersion.MatchString(a.PodSecurityVersion) {
		faults = append(faults, fault.Of("PodSecurityVersion", a.PodSecurityVersion, "v1.<minor> or latest"))
	}
	return errors.Join(faults...)
}
