package customresource_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// register makes one VirtualService under a component of the test's own.
func register(t *testing.T, spec func(*pulumi.Context) any) pulumitest.Resource {
	t.Helper()
	return registerResource(t, func(ctx *pulumi.Context) customresource.Resource {
		return customresource.Resource{Spec: spec(ctx)}
	})
}

func registerResource(t *testing.T, resource func(*pulumi.Context) customresource.Resource) pulumitest.Resource {
	t.Helper()
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		var parent struct{ pulumi.ResourceState }
		if err := ctx.RegisterComponentResource("test:index:Parent", "parent", &parent); err != nil {
			return err
		}
		owner := object.Owner{Resource: &parent, Logical: "api", Namespace: pulumi.String("production"), Identity: labels.Identity{
			Name: "api", Instance: "api", Component: "api", Version: "v1",
		}}
		made := resource(ctx)
		made.APIVersion, made.Kind = "networking.istio.io/v1", "VirtualService"
		made.Annotations = map[string]string{"why": "test"}
		_, err := customresource.New(ctx, owner, made)
		return err
	})
	require.NoError(t, err)
	return recording.One(t, "kubernetes:networking.istio.io/v1:VirtualService", "api")
}

func TestATypedSpecBecomesItsJSON(t *testing.T) {
	made := register(t, func(*pulumi.Context) any {
		return &networking.VirtualService{
			Hosts: []string{"api.tripsage.ai"},
			Http:  []*networking.HTTPRoute{{Route: []*networking.HTTPRouteDestination{{Weight: 90}, {Weight: 10}}}},
		}
	})
	spec := made.Inputs["spec"].(map[string]any)
	assert.Equal(t, []any{"api.tripsage.ai"}, spec["hosts"])
	route := spec["http"].([]any)[0].(map[string]any)["route"].([]any)
	assert.InEpsilon(t, 90, route[0].(map[string]any)["weight"], 0)
	assert.Equal(t, "networking.istio.io/v1", made.Inputs["apiVersion"])
	meta := made.Inputs["metadata"].(map[string]any)
	assert.Equal(t, "api", meta["name"])
	assert.Equal(t, "production", meta["namespace"])
	assert.Equal(t, map[string]any{"why": "test"}, meta["annotations"])
	assert.Equal(t, "test:index:Parent parent", made.Parent)
}

func TestASpecMayComeFromOtherResources(t *testing.T) {
	made := register(t, func(*pulumi.Context) any {
		return pulumi.String("late.tripsage.ai").ToStringOutput().ApplyT(func(host string) *networking.VirtualService {
			return &networking.VirtualService{Hosts: []string{host}}
		})
	})
	assert.Equal(t, map[string]any{"hosts": []any{"late.tripsage.ai"}}, made.Inputs["spec"])
}

func TestLateTextsGoWhereTheirKeysAre(t *testing.T) {
	made := registerResource(t, func(*pulumi.Context) customresource.Resource {
		return customresource.Resource{
			Spec: &networking.VirtualService{Hosts: []string{"<host>", "not <host>"}, Gateways: []string{"<gateway>"}},
			Late: map[string]pulumi.StringInput{
				"<host>": pulumi.String("late.tripsage.ai").ToStringOutput(), "<gateway>": pulumi.String("edge").ToStringOutput(),
			},
		}
	})
	assert.Equal(t, map[string]any{
		"hosts": []any{"late.tripsage.ai", "not <host>"}, "gateways": []any{"edge"},
	}, made.Inputs["spec"])
}
