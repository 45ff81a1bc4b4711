package namespace

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	dnsPort = 53

	// controlPlanePort is where istiod hands out configuration and certificates
	// over TLS; 15010 is the same in clear and stays closed.
	controlPlanePort = 15012

	injectLabel = "sidecar.istio.io/inject"
)

// denyAll closes both directions for every pod. It returns the namespace's name
// as the policies have it, which makes whoever uses that name wait for them.
func denyAll(ctx *pulumi.Context, o object.Owner) (pulumi.StringOutput, error) {
	ingress, err := newPolicy(ctx, o, "default-deny-ingress", &networkingv1.NetworkPolicySpecArgs{
		PodSelector: &metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{"Ingress"}),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	egress, err := newPolicy(ctx, o, "default-deny-egress", &networkingv1.NetworkPolicySpecArgs{
		PodSelector: &metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	both := pulumi.All(ingress.Metadata.Namespace().Elem(), egress.Metadata.Namespace().Elem())
	return both.ApplyT(func(names []any) string {
		name, _ := names[0].(string)
		return name
	}).(pulumi.StringOutput), nil
}

// allowDNS lets every pod ask the cluster's DNS servers. kubernetes.io/metadata.name
// is set on each namespace by the API server, so nobody else can claim it.
func allowDNS(ctx *pulumi.Context, o object.Owner) error {
	servers := &networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: selector("kubernetes.io/metadata.name", "kube-system"),
		PodSelector:       selector("k8s-app", "kube-dns"),
	}
	_, err := newPolicy(ctx, o, "allow-dns", &networkingv1.NetworkPolicySpecArgs{
		PodSelector: &metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
		Egress: networkingv1.NetworkPolicyEgressRuleArray{&networkingv1.NetworkPolicyEgressRuleArgs{
			To:    networkingv1.NetworkPolicyPeerArray{servers},
			Ports: append(netpol.Ports("UDP", dnsPort), netpol.Ports("TCP", dnsPort)...),
		}},
	})
	return err
}

// allowControlPlane lets sidecars fetch their configuration and certificates.
// Pods that opted out of the mesh have no sidecar and stay cut off.
func allowControlPlane(ctx *pulumi.Context, o object.Owner) error {
	sidecars := &metav1.LabelSelectorArgs{MatchExpressions: metav1.LabelSelectorRequirementArray{
		&metav1.LabelSelectorRequirementArgs{
			Key:      pulumi.String(injectLabel),
			Operator: pulumi.String("NotIn"),
			Values:   pulumi.ToStringArray([]string{"false"}),
		},
	}}
	istiod := &networkingv1.NetworkPolicyPeerArgs{
		NamespaceSelector: selector("kubernetes.io/metadata.name", "istio-system"),
		PodSelector:       selector("app", "istiod"),
	}
	_, err := newPolicy(ctx, o, "allow-istiod", &networkingv1.NetworkPolicySpecArgs{
		PodSelector: sidecars,
		PolicyTypes: pulumi.ToStringArray([]string{"Egress"}),
		Egress: networkingv1.NetworkPolicyEgressRuleArray{&networkingv1.NetworkPolicyEgressRuleArgs{
			To:    networkingv1.NetworkPolicyPeerArray{istiod},
			Ports: netpol.Ports("TCP", controlPlanePort),
		}},
	})
	return err
}

func selector(key, value string) *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{key: pulumi.String(value)}}
}

func newPolicy(ctx *pulumi.Context, o object.Owner, name string, spec *networkingv1.NetworkPolicySpecArgs) (*networkingv1.NetworkPolicy, error) {
	return networkingv1.NewNetworkPolicy(ctx, o.Logical+"-"+name, &networkingv1.NetworkPolicyArgs{
		Metadata: o.MetaNamed(name),
		Spec:     spec,
	}, o.Parent())
}
