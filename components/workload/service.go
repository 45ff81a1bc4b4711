package workload

import (
	"slices"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// PreviewName returns the name of the Service that leads to the inactive one of
// two tracks under ServiceActive.
func PreviewName(name string) string { return name + "-preview" }

// newServices registers the Services that the routing asks for and returns the
// name of the one for all callers. The Deployments are in the order of Tracks.
func newServices(ctx *pulumi.Context, o object.Owner, args Args, deployments []*appsv1.Deployment) (pulumi.StringOutput, error) {
	switch args.Routing.Service {
	case ServiceExternal:
		return pulumi.String(o.Name()).ToStringOutput(), nil
	case ServiceActive:
		return newSwitch(ctx, o, args, deployments)
	default:
		return newService(ctx, o, args, leadsTo{name: o.Name(), logical: o.Logical, pods: o.Identity.Selector()})
	}
}

// newSwitch registers the Service of the active track, and with two tracks that
// of the other one. They wait for the pods that they lead to: a switch before
// the new release is ready would be an outage.
func newSwitch(ctx *pulumi.Context, o object.Owner, args Args, deployments []*appsv1.Deployment) (pulumi.StringOutput, error) {
	active := slices.IndexFunc(args.Tracks, func(t Track) bool { return t.Name == args.Routing.Active })
	to := func(track int, name, logical string) leadsTo {
		id := o.Identity
		id.Track = args.Tracks[track].Name
		return leadsTo{name: name, logical: logical, pods: id.Selector(), after: []pulumi.Resource{deployments[track]}}
	}
	if len(args.Tracks) == 2 {
		if _, err := newService(ctx, o, args, to(1-active, PreviewName(o.Name()), PreviewName(o.Logical))); err != nil {
			return pulumi.StringOutput{}, err
		}
	}
	return newService(ctx, o, args, to(active, o.Name(), o.Logical))
}

// leadsTo is a Service's name and the pods behind it.
type leadsTo struct {
	name, logical string
	pods          map[string]string
	after         []pulumi.Resource
}

func newService(ctx *pulumi.Context, o object.Owner, args Args, to leadsTo) (pulumi.StringOutput, error) {
	port := func(name string, number int) *corev1.ServicePortArgs {
		return &corev1.ServicePortArgs{
			Name:       pulumi.String(name),
			Port:       pulumi.Int(number),
			TargetPort: pulumi.String(name),
			Protocol:   pulumi.String("TCP"),
		}
	}
	service, err := corev1.NewService(ctx, to.logical, &corev1.ServiceArgs{
		Metadata: o.MetaNamed(to.name),
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: labels.Input(to.pods),
			Ports:    corev1.ServicePortArray{port(httpPort, args.Ports.Service), port(metricsPort, args.Ports.Metrics)},
		},
	}, o.Parent(), pulumi.DependsOn(to.after))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return service.Metadata.Name().Elem(), nil
}
