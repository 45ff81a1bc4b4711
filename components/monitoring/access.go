package monitoring

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// permission lets a program read kinds of objects of one API group.
type permission struct {
	group     string
	resources []string
	verbs     []string
}

// newAccess lets the program's account read, in the namespace alone.
func newAccess(ctx *pulumi.Context, o object.Owner, p program, account pulumi.StringPtrOutput) error {
	var rules rbacv1.PolicyRuleArray
	for _, one := range p.permissions {
		rules = append(rules, &rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{one.group}),
			Resources: pulumi.ToStringArray(one.resources),
			Verbs:     pulumi.ToStringArray(one.verbs),
		})
	}
	role, err := rbacv1.NewRole(ctx, o.Logical, &rbacv1.RoleArgs{Metadata: o.Meta(), Rules: rules}, o.Parent())
	if err != nil {
		return err
	}
	_, err = rbacv1.NewRoleBinding(ctx, o.Logical, &rbacv1.RoleBindingArgs{
		Metadata: o.Meta(),
		RoleRef: &rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String("Role"), Name: role.Metadata.Name().Elem(),
		},
		Subjects: rbacv1.SubjectArray{&rbacv1.SubjectArgs{
			Kind: pulumi.String("ServiceAccount"), Name: account.Elem(), Namespace: o.Namespace.ToStringOutput().ToStringPtrOutput(),
		}},
	}, o.Parent())
	return err
}

// tokenVolume has what the kubelet mounts by itself where automounting is on,
// with a token that ends after an hour.
func tokenVolume() *corev1.VolumeArgs {
	return &corev1.VolumeArgs{
		Name: pulumi.String("token"),
		Projected: &corev1.ProjectedVolumeSourceArgs{
			DefaultMode: pulumi.Int(hardening.SecretFileMode),
			Sources: corev1.VolumeProjectionArray{
				&corev1.VolumeProjectionArgs{ServiceAccountToken: &corev1.ServiceAccountTokenProjectionArgs{
					Path: pulumi.String("token"), ExpirationSeconds: pulumi.Int(3600),
				}},
				&corev1.VolumeProjectionArgs{ConfigMap: &corev1.ConfigMapProjectionArgs{
					Name:  pulumi.String("kube-root-ca.crt"),
					Items: corev1.KeyToPathArray{&corev1.KeyToPathArgs{Key: pulumi.String("ca.crt"), Path: pulumi.String("ca.crt")}},
				}},
				&corev1.VolumeProjectionArgs{DownwardAPI: &corev1.DownwardAPIProjectionArgs{
					Items: corev1.DownwardAPIVolumeFileArray{&corev1.DownwardAPIVolumeFileArgs{
						Path: pulumi.String("namespace"), FieldRef: &corev1.ObjectFieldSelectorArgs{FieldPath: pulumi.String("metadata.namespace")},
					}},
				}},
			},
		},
	}
}
