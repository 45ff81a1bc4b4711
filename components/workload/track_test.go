package workload

import (
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	serviceType = "kubernetes:core/v1:Service"
	budgetType  = "kubernetes:policy/v1:PodDisruptionBudget"
	configType  = "kubernetes:core/v1:ConfigMap"
)

// newer is another image than componenttest.Image.
const newer = "tripsage.local/thing@sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

// blueGreen switches between two tracks without a mesh.
func blueGreen() Args {
	args := full()
	args.Image, args.Version = "", ""
	args.Tracks = []Track{
		{Name: "blue", Image: componenttest.Image},
		{Name: "green", Image: newer, Version: "2.0.0", Env: map[string]string{"LOG_LEVEL": "info", "NEW_SEARCH": "true"}},
	}
	args.Routing = Routing{Service: ServiceActive, Active: "blue"}
	return args
}

func decode[T any](t *testing.T, recording pulumitest.Recording, typ, name string) T {
	t.Helper()
	var out T
	require.NoError(t, recording.One(t, typ, name).Decode(&out))
	return out
}

func TestTreeOfBlueGreen(t *testing.T) {
	recording := componenttest.Golden(t, "blue-green.json", program(blueGreen()))
	componenttest.Contract(t, recording, Type, "tripsage-api")

	green := decode[appsv1.Deployment](t, recording, deploymentType, "tripsage-api-green")
	componenttest.Restricted(t, green.Spec.Template)
	assert.Equal(t, "2.0.0", green.Spec.Template.Labels["app.kubernetes.io/version"])
	assert.Equal(t, "green", green.Spec.Template.Labels[TrackLabel])
	assert.Equal(t, newer, green.Spec.Template.Spec.Containers[0].Image)
	assert.Equal(t, "tripsage-api", green.Spec.Template.Spec.ServiceAccountName)
	blue := decode[appsv1.Deployment](t, recording, deploymentType, "tripsage-api-blue")
	assert.Equal(t, "0123456789ab", blue.Spec.Template.Labels["app.kubernetes.io/version"], "from the image's digest")

	assert.Equal(t, map[string]string{"ENVIRONMENT": "local", "LOG_LEVEL": "info", "NEW_SEARCH": "true"},
		decode[corev1.ConfigMap](t, recording, configType, "tripsage-api-green-env").Data)
	assert.Equal(t, map[string]string{"ENVIRONMENT": "local", "LOG_LEVEL": "debug"},
		decode[corev1.ConfigMap](t, recording, configType, "tripsage-api-blue-env").Data)

	assert.Equal(t, "blue", decode[corev1.Service](t, recording, serviceType, "tripsage-api").Spec.Selector[TrackLabel])
	assert.Equal(t, "green", decode[corev1.Service](t, recording, serviceType, "tripsage-api-preview").Spec.Selector[TrackLabel])
}

// A mesh's weights decide, so the Service leads to both tracks; the smaller one
// has its own numbers.
func TestTreeOfWeightedTracksInAMesh(t *testing.T) {
	args := blueGreen()
	args.Mesh, args.ImagePullSecret, args.Routing = true, "ghcr", Routing{}
	args.Tracks[0].Name, args.Tracks[1].Name = "stable", "canary"
	args.Tracks[1].Scaling = &Scaling{Min: 1, Max: 1}
	args.Ingress[1].Ports = []int{MeshMetricsPort}
	recording := componenttest.Golden(t, "weighted.json", program(args))
	componenttest.Contract(t, recording, Type, "tripsage-api")

	require.Len(t, recording.OfType(serviceType), 1)
	assert.NotContains(t, decode[corev1.Service](t, recording, serviceType, "tripsage-api").Spec.Selector, TrackLabel)
	canary := decode[appsv1.Deployment](t, recording, deploymentType, "tripsage-api-canary")
	require.NotNil(t, canary.Spec.Replicas)
	assert.EqualValues(t, 1, *canary.Spec.Replicas)
	assert.Equal(t, []corev1.LocalObjectReference{{Name: "ghcr"}}, canary.Spec.Template.Spec.ImagePullSecrets)
	assert.Equal(t, "holdApplicationUntilProxyStarts: true\nterminationDrainDuration: 25s\n",
		canary.Spec.Template.Annotations["proxy.istio.io/config"])

	require.Len(t, recording.OfType(autoscalerType), 1)
	scaler := decode[autoscalingv2.HorizontalPodAutoscaler](t, recording, autoscalerType, "tripsage-api-stable")
	for _, metric := range scaler.Spec.Metrics {
		assert.Equal(t, "api", metric.ContainerResource.Container, "the sidecar does not count")
	}
}

// Flagger makes the Services and its own Deployment, and sets the number of pods.
func TestTreeUnderFlagger(t *testing.T) {
	args := full()
	args.Mesh, args.Scaling = true, Scaling{Min: 2, Max: 2}
	args.Routing = Routing{Service: ServiceExternal}
	recording := componenttest.Golden(t, "flagger.json", program(args))
	componenttest.Contract(t, recording, Type, "tripsage-api")

	assert.Empty(t, recording.OfType(serviceType))
	deployment := recording.One(t, deploymentType, "tripsage-api")
	assert.NotContains(t, deployment.Inputs["spec"], "replicas", "Flagger owns the number of pods")
	assert.Len(t, recording.OfType(autoscalerType), 1, "Flagger copies it, also for a fixed number")
	primary := map[string]string{"app.kubernetes.io/name": "tripsage-api-primary", "app.kubernetes.io/instance": "tripsage-api"}
	budget := decode[policyv1.PodDisruptionBudget](t, recording, budgetType, "tripsage-api")
	assert.True(t, selects(t, budget.Spec.Selector, primary), "the budget covers Flagger's copy of the pods")
	assert.Subset(t, primary, Selector("tripsage-api"))
}

// The arguments may be shared by several components.
func TestArgsAreNotWrittenTo(t *testing.T) {
	args := blueGreen()
	args.Tracks[0].Scaling = &Scaling{Min: 2, Max: 2}
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Empty(t, args.Tracks[0].Version)
	assert.Equal(t, Scaling{Min: 2, Max: 2}, *args.Tracks[0].Scaling)
	assert.Equal(t, map[string]string{"ENVIRONMENT": "local", "LOG_LEVEL": "debug"}, args.Env)
}

// dependencies records what a Service waits for.
type dependencies struct {
	mu sync.Mutex
	of map[string][]string
}

func (d *dependencies) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if args.TypeToken == serviceType {
		for _, urn := range args.RegisterRPC.GetDependencies() {
			d.of[args.Name] = append(d.of[args.Name], resource.URN(urn).Name())
		}
	}
	return args.Name + "-id", args.Inputs, nil
}

func (d *dependencies) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// A switch before the pods are ready would be an outage.
func TestTheSwitchWaitsForThePods(t *testing.T) {
	args := blueGreen()
	args.Tracks = slices.Insert(args.Tracks, 1, Track{Name: "red", Image: newer})
	args.Routing.Active = "green"
	seen := &dependencies{of: map[string][]string{}}
	require.NoError(t, pulumi.RunErr(program(args), pulumi.WithMocks("tripsage", "test", seen)))
	assert.Equal(t, map[string][]string{"tripsage-api": {"tripsage-api-green"}}, seen.of)
}
