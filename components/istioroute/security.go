package istioroute

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	security "istio.io/api/security/v1"
	selection "istio.io/api/type/v1beta1"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	instanceLabel = "app.kubernetes.io/instance"
	plainPorts    = "plain-ports"

	peerAuthentication  = "PeerAuthentication"
	authorizationPolicy = "AuthorizationPolicy"
)

// newIdentities makes every pod of the namespace that has a sidecar prove who it
// is. Istio takes "default" as the namespace's policy; ports can only be
// excepted in one that selects pods.
func newIdentities(ctx *pulumi.Context, o object.Owner, args Args) error {
	if err := secure(ctx, o, peerAuthentication, "default", "default", &security.PeerAuthentication{
		Mtls: mutualTLS(security.PeerAuthentication_MutualTLS_STRICT),
	}); err != nil || len(args.PlainPorts) == 0 {
		return err
	}
	ports := map[uint32]*security.PeerAuthentication_MutualTLS{}
	for _, port := range args.PlainPorts {
		ports[uint32(port)] = mutualTLS(security.PeerAuthentication_MutualTLS_PERMISSIVE)
	}
	return secure(ctx, o, peerAuthentication, plainPorts, o.Name()+"-"+plainPorts, &security.PeerAuthentication{
		Selector:      ourPods(args),
		Mtls:          mutualTLS(security.PeerAuthentication_MutualTLS_STRICT),
		PortLevelMtls: ports,
	})
}

// newPermissions closes the namespace and opens it to each caller. A policy
// without rules allows nothing.
func newPermissions(ctx *pulumi.Context, o object.Owner, args Args) error {
	if err := secure(ctx, o, authorizationPolicy, "default-deny", "default-deny", &security.AuthorizationPolicy{}); err != nil {
		return err
	}
	for _, caller := range args.withIngress() {
		suffix := "from-" + caller.Name
		if err := secure(ctx, o, authorizationPolicy, suffix, o.Name()+"-"+suffix, caller.allow(args)); err != nil {
			return err
		}
	}
	if len(args.PlainPorts) == 0 {
		return nil
	}
	return secure(ctx, o, authorizationPolicy, plainPorts, o.Name()+"-"+plainPorts, plainPolicy(args))
}

// allow returns the policy that lets the caller in.
func (c Caller) allow(args Args) *security.AuthorizationPolicy {
	source := &security.Source{Namespaces: []string{c.Namespace}}
	if c.ServiceAccount != "" {
		source = &security.Source{Principals: []string{args.TrustDomain + "/ns/" + c.Namespace + "/sa/" + c.ServiceAccount}}
	}
	return &security.AuthorizationPolicy{
		Selector: ourPods(args),
		Rules: []*security.Rule{{
			From: []*security.Rule_From{{Source: source}},
			To: []*security.Rule_To{{Operation: &security.Operation{
				Ports:   texts(c.Ports),
				Methods: slices.Clone(c.Methods),
				Paths:   slices.Clone(c.Paths),
			}}},
		}},
	}
}

// plainPolicy names no source, because plain text proves none, and nothing of
// HTTP, which would match no request if the proxy took the port for TCP.
func plainPolicy(args Args) *security.AuthorizationPolicy {
	return &security.AuthorizationPolicy{
		Selector: ourPods(args),
		Rules: []*security.Rule{{
			To: []*security.Rule_To{{Operation: &security.Operation{Ports: texts(args.PlainPorts)}}},
		}},
	}
}

// secure registers an object of security.istio.io. The namespace's own policies
// do not carry the service's name, so the Pulumi name does.
func secure(ctx *pulumi.Context, o object.Owner, kind, suffix, name string, spec any) error {
	_, err := customresource.New(ctx, o, customresource.Resource{
		APIVersion: securityVersion, Kind: kind, Logical: o.Logical + "-" + suffix, Name: name, Spec: spec,
	})
	return err
}

func mutualTLS(mode security.PeerAuthentication_MutualTLS_Mode) *security.PeerAuthentication_MutualTLS {
	return &security.PeerAuthentication_MutualTLS{Mode: mode}
}

// ourPods selects the service's pods of every track.
func ourPods(args Args) *selection.WorkloadSelector {
	return &selection.WorkloadSelector{MatchLabels: map[string]string{instanceLabel: args.Name}}
}

func texts(ports []int) []string {
	out := make([]string, 0, len(ports))
	for _, port := range ports {
		out = append(out, strconv.Itoa(port))
	}
	return out
}
