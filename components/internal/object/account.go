package object

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceAccount registers the component's own account. No token is mounted:
// none of our processes talks to the Kubernetes API.
func ServiceAccount(ctx *pulumi.Context, o Owner) (pulumi.StringPtrOutput, error) {
	account, err := corev1.NewServiceAccount(ctx, o.Logical, &corev1.ServiceAccountArgs{
		Metadata:                     o.Meta(),
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, o.Parent())
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return account.Metadata.Name(), nil
}
