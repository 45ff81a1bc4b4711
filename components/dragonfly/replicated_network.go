package dragonfly

import (
	"net"
	"slices"
	"strconv"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// The names of the peers that are always there.
const (
	operatorPeer = "operator"
	replicasPeer = "replicas"
	storagePeer  = "object-storage"
)

const httpsPort = 443

// ingress is who may connect to a pod. The operator asks and orders over the
// admin port, and tells replicas to follow their master's admin port too, so
// the pods need no other port between them.
func (a ReplicatedArgs) ingress() []netpol.Edge {
	out := append(edges(a.Clients, Port), edges(a.Scrapers, MetricsPort)...)
	return append(out,
		netpol.Edge{Ports: []int{MetricsPort}, Peer: Peer{
			Name:            operatorPeer,
			PodLabels:       dragonflyapi.OperatorLabels(),
			NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": a.OperatorNamespace},
		}},
		netpol.Edge{Ports: []int{MetricsPort}, Peer: Peer{Name: replicasPeer, PodLabels: ReplicatedSelector(a.Name)}},
	)
}

// egress is where a pod may connect to, besides DNS, which the namespace opens
// for all of its pods.
func (a ReplicatedArgs) egress() []netpol.Edge {
	out := []netpol.Edge{
		{Ports: []int{MetricsPort}, Peer: Peer{Name: replicasPeer, PodLabels: ReplicatedSelector(a.Name)}},
	}
	if a.Snapshot != nil {
		out = append(out, netpol.Edge{Ports: a.Snapshot.ports(), Peer: Peer{
			Name: storagePeer, CIDRs: a.Snapshot.CIDRs, Except: linkLocal(a.Snapshot.CIDRs),
		}})
	}
	return out
}

// linkLocal is the part of all addresses that is nobody's storage: the node's
// metadata service is there, and its credentials.
func linkLocal(cidrs []string) []string {
	switch {
	case slices.Equal(cidrs, []string{"0.0.0.0/0"}):
		return []string{"169.254.0.0/16"}
	case slices.Equal(cidrs, []string{"::/0"}):
		return []string{"fe80::/10"}
	default:
		return nil
	}
}

func (s Snapshot) ports() []int {
	if _, text, err := net.SplitHostPort(s.Endpoint); err == nil {
		if port, err := strconv.Atoi(text); err == nil && port != httpsPort {
			return []int{httpsPort, port}
		}
	}
	return []int{httpsPort}
}

// newReplicatedPolicies does what netpol.Allow does, for pods that
// carry the operator's labels instead of the owner's.
func newReplicatedPolicies(ctx *pulumi.Context, o object.Owner, args ReplicatedArgs) error {
	selector := &metav1.LabelSelectorArgs{MatchLabels: labels.Input(ReplicatedSelector(args.Name))}
	for _, edge := range args.ingress() {
		err := newPolicy(ctx, o, "from-"+edge.Peer.Name, &networkingv1.NetworkPolicySpecArgs{
			PodSelector: selector,
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress"}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{&networkingv1.NetworkPolicyIngressRuleArgs{
				From: peers(edge.Peer), Ports: netpol.Ports("TCP", edge.Ports...),
			}},
		})
		if err != nil {
			return err
		}
	}
	for _, edge := range args.egress() {
		err := newPolicy(ctx, o, "to-"+edge.Peer.Name, &networkingv1.NetworkPolicySpecArgs{
			PodSelector: selector,
			PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
			Egress: networkingv1.NetworkPolicyEgressRuleArray{&networkingv1.NetworkPolicyEgressRuleArgs{
				To: peers(edge.Peer), Ports: netpol.Ports("TCP", edge.Ports...),
			}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func newPolicy(ctx *pulumi.Context, o object.Owner, suffix string, spec *networkingv1.NetworkPolicySpecArgs) error {
	_, err := networkingv1.NewNetworkPolicy(ctx, o.Logical+"-"+suffix, &networkingv1.NetworkPolicyArgs{
		Metadata: o.MetaNamed(o.Name() + "-" + suffix),
		Spec:     spec,
	}, o.Parent())
	return err
}

// peers is the policy's form of a peer, which has labels or address ranges.
func peers(p Peer) networkingv1.NetworkPolicyPeerArray {
	if len(p.CIDRs) == 0 {
		one := &networkingv1.NetworkPolicyPeerArgs{}
		if len(p.PodLabels) > 0 {
			one.PodSelector = &metav1.LabelSelectorArgs{MatchLabels: labels.Input(p.PodLabels)}
		}
		if len(p.NamespaceLabels) > 0 {
			one.NamespaceSelector = &metav1.LabelSelectorArgs{MatchLabels: labels.Input(p.NamespaceLabels)}
		}
		return networkingv1.NetworkPolicyPeerArray{one}
	}
	var out networkingv1.NetworkPolicyPeerArray
	for _, cidr := range p.CIDRs {
		block := &networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}
		if len(p.Except) > 0 {
			block.Except = pulumi.ToStringArray(p.Except)
		}
		out = append(out, &networkingv1.NetworkPolicyPeerArgs{IpBlock: block})
	}
	return out
}
