package object

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// Port is a port of a Service that leads to the container port of the same name.
type Port struct {
	Name   string
	Number int
}

// Service registers the component's Service, reachable inside the cluster only.
func Service(ctx *pulumi.Context, o Owner, ports []Port) (*corev1.Service, error) {
	list := make(corev1.ServicePortArray, 0, len(ports))
	for _, port := range ports {
		list = append(list, &corev1.ServicePortArgs{
			Name:       pulumi.String(port.Name),
			Port:       pulumi.Int(port.Number),
			TargetPort: pulumi.String(port.Name),
			Protocol:   pulumi.String("TCP"),
		})
	}
	return corev1.NewService(ctx, o.Logical, &corev1.ServiceArgs{
		Metadata: o.Meta(),
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: labels.Input(o.Identity.Selector()),
			Ports:    list,
		},
	}, o.Parent())
}
