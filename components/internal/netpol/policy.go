package netpol

import (
	"errors"
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// ValidateEdges reports every fault of the edges of one direction; key is the
// argument that holds them.
func ValidateEdges(key string, edges []Edge) error {
	var faults []error
	seen := map[string]bool{}
	for i, edge := range edges {
		at := fmt.Sprintf("%s[%d].", key, i)
		faults = append(faults, fault.Under(at, edge.Validate()))
		if seen[edge.Peer.Name] {
			faults = append(faults, fault.Of(at+"Peer.Name", edge.Peer.Name, "a name that no other peer of the same direction has"))
		}
		seen[edge.Peer.Name] = true
	}
	return errors.Join(faults...)
}

// Rules are the open connections of some pods.
type Rules struct {
	// Pods are the labels of the pods that the policies are for.
	Pods map[string]string
	// From are the callers, each with ports of the pods.
	From []Edge
	// To are the places that the pods call, each with ports there.
	To []Edge
}

// Allow registers a policy for each edge, named <name>-from-<peer> or
// <name>-to-<peer>, so that a listing of the policies shows who talks to whom.
// It returns them for what must not start before they are there.
func Allow(ctx *pulumi.Context, o object.Owner, rules Rules) ([]pulumi.Resource, error) {
	var policies []pulumi.Resource
	for _, edge := range rules.From {
		spec := &networkingv1.NetworkPolicySpecArgs{
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress"}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{
				&networkingv1.NetworkPolicyIngressRuleArgs{From: edge.peers(), Ports: Ports("TCP", edge.Ports...)},
			},
		}
		policy, err := register(ctx, o, "from-"+edge.Peer.Name, rules.Pods, spec)
		if err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	for _, edge := range rules.To {
		spec := &networkingv1.NetworkPolicySpecArgs{
			PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				&networkingv1.NetworkPolicyEgressRuleArgs{To: edge.peers(), Ports: Ports("TCP", edge.Ports...)},
			},
		}
		policy, err := register(ctx, o, "to-"+edge.Peer.Name, rules.Pods, spec)
		if err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	return policies, nil
}

// AllowFrom opens the owner's pods to callers.
func AllowFrom(ctx *pulumi.Context, o object.Owner, edges []Edge) error {
	_, err := Allow(ctx, o, Rules{Pods: o.Identity.Selector(), From: edges})
	return err
}

func register(ctx *pulumi.Context, o object.Owner, suffix string, pods map[string]string, spec *networkingv1.NetworkPolicySpecArgs) (*networkingv1.NetworkPolicy, error) {
	spec.PodSelector = &metav1.LabelSelectorArgs{MatchLabels: labels.Input(pods)}
	return networkingv1.NewNetworkPolicy(ctx, o.Logical+"-"+suffix, &networkingv1.NetworkPolicyArgs{
		Metadata: o.MetaNamed(o.Name() + "-" + suffix),
		Spec:     spec,
	}, o.Parent())
}

// Ports returns the policy's form of port numbers.
func Ports(protocol string, numbers ...int) networkingv1.NetworkPolicyPortArray {
	out := make(networkingv1.NetworkPolicyPortArray, 0, len(numbers))
	for _, number := range numbers {
		out = append(out, &networkingv1.NetworkPolicyPortArgs{
			Protocol: pulumi.String(protocol),
			Port:     pulumi.Int(number),
		})
	}
	return out
}

func (e Edge) peers() networkingv1.NetworkPolicyPeerArray {
	var out networkingv1.NetworkPolicyPeerArray
	for _, cidr := range e.Peer.CIDRs {
		block := &networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}
		if len(e.Peer.Except) > 0 {
			block.Except = pulumi.ToStringArray(e.Peer.Except)
		}
		out = append(out, &networkingv1.NetworkPolicyPeerArgs{IpBlock: block})
	}
	if len(out) > 0 {
		return out
	}
	return networkingv1.NetworkPolicyPeerArray{e.Peer.selectors()}
}

func (p Peer) selectors() *networkingv1.NetworkPolicyPeerArgs {
	out := &networkingv1.NetworkPolicyPeerArgs{}
	if len(p.PodLabels) > 0 {
		out.PodSelector = &metav1.LabelSelectorArgs{MatchLabels: labels.Input(p.PodLabels)}
	}
	if len(p.NamespaceLabels) > 0 {
		out.NamespaceSelector = &metav1.LabelSelectorArgs{MatchLabels: labels.Input(p.NamespaceLabels)}
	}
	return out
}
