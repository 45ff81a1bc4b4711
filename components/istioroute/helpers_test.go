package istioroute

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	security "istio.io/api/security/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// base is the least that a caller has to say.
func base() Args {
	return Args{
		Namespace: pulumi.String("production"),
		Hosts:     []string{"api.tripsage.ai"},
		TLSSecret: "api-tripsage-ai-tls",
	}
}

// rolling has one version at a time and callers of both kinds.
func rolling() Args {
	args := base()
	args.PlainPorts = []int{9090}
	args.Callers = []Caller{
		{Name: "flagger", Namespace: "flagger", ServiceAccount: "flagger-loadtester", Methods: []string{"GET"}, Paths: []string{"/health", "/api/*"}},
		{Name: "monitoring", Namespace: "monitoring", Ports: []int{8000, 9090}},
	}
	return args
}

func blueGreen() Args {
	args := base()
	args.Hosts = append(args.Hosts, "api-eu.tripsage.ai")
	args.Tracks = []Track{{Name: "blue", Weight: 100}, {Name: "green"}}
	args.Preview = Preview{Tracks: []string{"green"}, Cookie: "tripsage-track"}
	args.Traffic.CORS = &CORS{Origins: []string{"https://app.tripsage.ai"}, Credentials: true}
	return args
}

func canary() Args {
	args := base()
	args.Tracks = []Track{{Name: "stable", Weight: 90}, {Name: "canary", Weight: 10}}
	return args
}

func single() Args {
	args := base()
	args.Tracks = []Track{{Name: "stable", Weight: 100}}
	args.Traffic.Retries.Off = true
	return args
}

func flagger() Args {
	args := rolling()
	args.WeightsOwner = OwnerFlagger
	return args
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "tripsage-api", args)
		return err
	}
}

// specOf returns a new value of Istio's type for a recorded object.
func specOf(t *testing.T, one pulumitest.Resource) proto.Message {
	t.Helper()
	switch one.Inputs["kind"] {
	case "Gateway":
		return &networking.Gateway{}
	case "VirtualService":
		return &networking.VirtualService{}
	case "DestinationRule":
		return &networking.DestinationRule{}
	case "PeerAuthentication":
		return &security.PeerAuthentication{}
	case "AuthorizationPolicy":
		return &security.AuthorizationPolicy{}
	}
	require.Fail(t, "unknown kind", "%v", one.Inputs["kind"])
	return nil
}

// decode reads a recorded spec back, and knows no field that Istio does not.
func decode(t *testing.T, one pulumitest.Resource, into proto.Message) {
	t.Helper()
	text, err := json.Marshal(one.Inputs["spec"])
	require.NoError(t, err)
	require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: false}.Unmarshal(text, into), "%s", text)
}

func named(recording pulumitest.Recording, kind string) map[string]pulumitest.Resource {
	out := map[string]pulumitest.Resource{}
	for _, one := range recording.Resources {
		if one.Inputs["kind"] == kind {
			meta, _ := one.Inputs["metadata"].(map[string]any)
			name, _ := meta["name"].(string)
			out[name] = one
		}
	}
	return out
}
