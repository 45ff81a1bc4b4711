package workload

import (
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// TrackLabel is the pod label with the track's name. Subsets of a mesh select
// by it.
const TrackLabel = labels.TrackKey

// Track is one of several releases side by side: blue and green, or stable and
// canary. It has a Deployment, an autoscaler and a disruption budget of its own
// named <name>-<track>, and a ConfigMap <name>-<track>-env. The account, the
// Secrets, the policies and the Service belong to all tracks.
type Track struct {
	// Name is the track's name, a DNS label.
	Name string
	// Image is a reference by digest.
	Image string
	// Version is the release that the labels show. Default: the first twelve
	// digits of the image's digest.
	Version string
	// Env adds to Args.Env, or replaces single keys of it.
	Env map[string]string
	// Scaling is how many pods this track has. Default: Args.Scaling.
	Scaling *Scaling
}

// Routing says which pods the Service leads to.
type Routing struct {
	// Service is who selects. Default: ServiceAll.
	Service ServiceMode
	// Active is the track that the Service leads to under ServiceActive.
	Active string
}

// ServiceMode is how traffic finds the pods of the tracks.
type ServiceMode string

const (
	// ServiceAll leads the Service to all pods. With tracks, the weights of a mesh
	// decide between them.
	ServiceAll ServiceMode = "All"
	// ServiceActive leads the Service to one track, and moves it to another one
	// in a single step (blue/green without a mesh). With exactly two tracks the
	// Service <name>-preview leads to the one that is not active.
	ServiceActive ServiceMode = "Active"
	// ServiceExternal makes no Service: Flagger makes them and a second
	// Deployment, and decides when ours has pods.
	ServiceExternal ServiceMode = "External"
)

// unit is a Deployment with what only its pods use. There is one for each
// track, or a single one that has the component's own name.
type unit struct {
	// owner's labels and selector name the track.
	owner object.Owner
	// name is the metadata.name.
	name string
	// args are the component's, with the track's values in place.
	args Args
}

func units(o object.Owner, args Args) []unit {
	if len(args.Tracks) == 0 {
		return []unit{{owner: o, name: o.Name(), args: args}}
	}
	out := make([]unit, 0, len(args.Tracks))
	for _, track := range args.Tracks {
		one := unit{owner: o, name: o.Name() + "-" + track.Name, args: args}
		one.owner.Logical = o.Logical + "-" + track.Name
		one.owner.Identity.Track, one.owner.Identity.Version = track.Name, track.Version
		one.args.Image, one.args.Env = track.Image, merged(args.Env, track.Env)
		if track.Scaling != nil {
			one.args.Scaling = *track.Scaling
		}
		out = append(out, one)
	}
	return out
}

// meta is the metadata of an object that has the unit's name.
func (u unit) meta() *metav1.ObjectMetaArgs { return u.owner.MetaNamed(u.name) }

// budgetPods are the pods that a disruption budget counts. Flagger's copy of the
// pods has another name label and needs the same budget; the pods of another
// track are no substitute for these.
func (u unit) budgetPods() map[string]string {
	if u.owner.Identity.Track == "" {
		return u.owner.Identity.InstanceSelector()
	}
	return u.owner.Identity.Selector()
}

// newConfig registers the environment and returns the ConfigMap's name.
func newConfig(ctx *pulumi.Context, u unit) (pulumi.StringPtrOutput, error) {
	config, err := corev1.NewConfigMap(ctx, u.owner.Logical+"-env", &corev1.ConfigMapArgs{
		Metadata: u.owner.MetaNamed(u.name + "-env"),
		Data:     pulumi.ToStringMap(u.args.Env),
	}, u.owner.Parent())
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return config.Metadata.Name(), nil
}

func merged(base, over map[string]string) map[string]string {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, over)
	return out
}
