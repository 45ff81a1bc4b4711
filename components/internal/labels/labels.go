// Package labels is the one place that knows the labels of our objects.
package labels

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	partOf    = "tripsage"
	managedBy = "pulumi"

	// TrackKey is the pod label that tells the tracks of one service apart:
	// blue and green, stable and canary.
	TrackKey = "tripsage.ai/track"

	// Unversioned is the version label of objects that do not run an image and
	// whose caller gave no release.
	Unversioned = "unversioned"

	nameKey     = "app.kubernetes.io/name"
	instanceKey = "app.kubernetes.io/instance"
)

// Identity is what an object's labels say about it.
type Identity struct {
	// Name is the application, for instance "postgres".
	Name string
	// Instance tells two of the same application apart; it is the Kubernetes name.
	Instance string
	// Component is the role in the system, for instance "cache".
	Component string
	// Version is the release of the application.
	Version string
	// Track is which of several releases side by side this is; empty when there
	// is only one at a time.
	Track string
}

// Standard returns all the labels that every object carries.
func (id Identity) Standard() map[string]string {
	out := id.Selector()
	out["app.kubernetes.io/component"] = id.Component
	out["app.kubernetes.io/part-of"] = partOf
	out["app.kubernetes.io/managed-by"] = managedBy
	out["app.kubernetes.io/version"] = id.Version
	return out
}

// Selector returns the labels that pick out the pods of one instance. They stay
// the same over its life: selectors of Deployments are immutable. With a track
// they pick out the pods of that track only.
func (id Identity) Selector() map[string]string {
	out := map[string]string{nameKey: id.Name, instanceKey: id.Instance}
	if id.Track != "" {
		out[TrackKey] = id.Track
	}
	return out
}

// InstanceSelector returns the label that all pods of the instance have,
// whatever their track. It leaves out the name: Flagger runs a copy of the pods
// under the name "<name>-primary", and policies must hold for both.
func (id Identity) InstanceSelector() map[string]string {
	return map[string]string{instanceKey: id.Instance}
}

// With returns the standard labels and more of the caller's own.
func (id Identity) With(more map[string]string) map[string]string {
	out := id.Standard()
	maps.Copy(out, more)
	return out
}

// Input makes a label map an input of a resource.
func Input(set map[string]string) pulumi.StringMap {
	return pulumi.ToStringMap(set)
}
