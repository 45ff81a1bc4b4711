// Package object builds the parts that the Kubernetes objects of all components
// have in common.
package object

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// Owner is the component that objects belong to.
type Owner struct {
	// Resource is the component itself, the parent of every object.
	Resource pulumi.Resource
	// Logical is the component's Pulumi name, from which the children's are made.
	Logical string
	// Namespace is where the objects go.
	Namespace pulumi.StringInput
	// Identity gives the labels; its Instance is the objects' metadata.name.
	Identity labels.Identity
}

// Parent makes a resource a child of the component.
func (o Owner) Parent() pulumi.ResourceOption {
	return pulumi.Parent(o.Resource)
}

// Name returns the objects' metadata.name.
func (o Owner) Name() string {
	return o.Identity.Instance
}

// Meta returns the metadata of an object that has the component's own name.
func (o Owner) Meta() *metav1.ObjectMetaArgs {
	return o.MetaNamed(o.Name())
}

// MetaNamed returns the metadata of an object with another name.
func (o Owner) MetaNamed(name string) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name:      pulumi.String(name),
		Namespace: o.Namespace,
		Labels:    labels.Input(o.Identity.Standard()),
	}
}

// PodMeta returns the metadata of a pod template.
func (o Owner) PodMeta(annotations pulumi.StringMap) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Labels:      labels.Input(o.Identity.Standard()),
		Annotations: annotations,
	}
}

// Selector picks out the component's pods.
func (o Owner) Selector() *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: labels.Input(o.Identity.Selector())}
}

// Host returns the DNS name of the component's Service inside the cluster. It
// does not wait for the Service: whoever connects has to cope with a server
// that is not up yet anyway, and so both can start at the same time.
func (o Owner) Host() pulumi.StringOutput {
	return pulumi.Sprintf("%s.%s.svc", o.Name(), o.Namespace)
}
