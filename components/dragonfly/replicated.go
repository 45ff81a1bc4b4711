package dragonfly

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// ReplicatedType is the Pulumi type token of the replicated form.
const ReplicatedType = "tripsage:dragonfly:Replicated"

// roleAnnotation is where Amazon's pod identity webhook looks for the role.
const roleAnnotation = "eks.amazonaws.com/role-arn"

// Replicated is a master with replicas, run by the Dragonfly operator.
type Replicated struct {
	pulumi.ResourceState

	// ServiceName is the Service that the operator makes; it leads to the master.
	ServiceName pulumi.StringOutput
	// Host is the DNS name of that Service inside the cluster.
	Host pulumi.StringOutput
}

// NewReplicated asks the operator, which must be installed, for the cache.
func NewReplicated(ctx *pulumi.Context, name string, args ReplicatedArgs, opts ...pulumi.ResourceOption) (*Replicated, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("replicated dragonfly %s:\n%w", name, err)
	}
	c := &Replicated{}
	if err := ctx.RegisterComponentResource(ReplicatedType, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: identity(args.Args)}
	if err := newReplicatedPolicies(ctx, owner, args); err != nil {
		return nil, err
	}
	account, err := newReplicatedAccount(ctx, owner, args)
	if err != nil {
		return nil, err
	}
	made, err := customresource.New(ctx, owner, customresource.Resource{
		APIVersion: dragonflyapi.APIVersion,
		Kind:       dragonflyapi.Kind,
		Spec:       args.spec(place()),
		Late:       args.late(account),
	})
	if err != nil {
		return nil, err
	}
	c.ServiceName = made.Metadata.Name().Elem()
	c.Host = owner.Host()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"serviceName": c.ServiceName, "host": c.Host})
}

// newReplicatedAccount is object.ServiceAccount with the role. The operator's
// resource cannot turn the token off, so the account has to.
func newReplicatedAccount(ctx *pulumi.Context, o object.Owner, args ReplicatedArgs) (pulumi.StringOutput, error) {
	meta := o.Meta()
	if args.Snapshot != nil && args.Snapshot.RoleARN != "" {
		meta.Annotations = pulumi.StringMap{roleAnnotation: pulumi.String(args.Snapshot.RoleARN)}
	}
	account, err := corev1.NewServiceAccount(ctx, o.Logical, &corev1.ServiceAccountArgs{
		Metadata:                     meta,
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, o.Parent())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return account.Metadata.Name().Elem(), nil
}

// place names what other resources know, as texts that nothing else in the
// resource can be.
func place() found {
	return found{
		account: "<account>",
		secret:  "<secret>", version: "<version>",
		credentials: "<credentials>", credentialsVersion: "<credentials-version>",
	}
}

// late are the values of those places.
func (a ReplicatedArgs) late(account pulumi.StringInput) map[string]pulumi.StringInput {
	at := place()
	out := map[string]pulumi.StringInput{
		at.account: account,
		at.secret:  a.Secret.Name, at.version: a.Secret.Version,
	}
	if a.Snapshot != nil && a.Snapshot.Credentials != nil {
		out[at.credentials], out[at.credentialsVersion] = a.Snapshot.Credentials.Name, a.Snapshot.Credentials.Version
	}
	return out
}
