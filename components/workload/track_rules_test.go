package workload

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

func selects(t require.TestingT, selector *metav1.LabelSelector, pod map[string]string) bool {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	require.NoError(t, err)
	return parsed.Matches(labels.Set(pod))
}

// drawn is any arguments that Validate accepts.
func drawn(t *rapid.T) Args {
	args := full()
	number := rapid.IntRange(1, 4)
	scaling := func(label string) Scaling {
		least := number.Draw(t, label+" min")
		return Scaling{
			Min: least, Max: least + rapid.IntRange(0, 3).Draw(t, label+" more"),
			MaxUnavailable: rapid.IntRange(1, max(1, least-1)).Draw(t, label+" away"),
		}
	}
	args.Scaling = scaling("all")
	args.Mesh = rapid.Bool().Draw(t, "mesh")
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]([-a-z0-9]{0,6}[a-z0-9])?`), 0, 4, rapid.ID[string]).Draw(t, "tracks")
	for _, name := range names {
		track := Track{Name: name, Image: newer}
		if rapid.Bool().Draw(t, "own scaling") {
			own := scaling(name)
			track.Scaling = &own
		}
		args.Tracks, args.Image = append(args.Tracks, track), ""
	}
	switch rapid.IntRange(0, 2).Draw(t, "routing") {
	case 1:
		if len(names) >= 2 {
			args.Routing = Routing{Service: ServiceActive, Active: rapid.SampledFrom(names).Draw(t, "active")}
		}
	case 2:
		if len(names) == 0 {
			args.Routing.Service = ServiceExternal
		}
	}
	return args
}

// tree is what the component registers, typed.
type tree struct {
	deployments []appsv1.Deployment
	scalers     []autoscalingv2.HorizontalPodAutoscaler
	budgets     []policyv1.PodDisruptionBudget
	services    []corev1.Service
	policies    []networkingv1.NetworkPolicy
	configs     []corev1.ConfigMap
}

func all[T any](t require.TestingT, recording pulumitest.Recording, typ string) []T {
	var out []T
	for _, one := range recording.OfType(typ) {
		var object T
		require.NoError(t, one.Decode(&object))
		out = append(out, object)
	}
	return out
}

func grow(t *rapid.T, args Args) tree {
	recording, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, one := range recording.Resources {
		if meta, ok := one.Inputs["metadata"].(map[string]any); ok {
			key := fmt.Sprint(one.Type, meta["name"])
			assert.False(t, names[key], "%s twice", key)
			assert.LessOrEqual(t, len(fmt.Sprint(meta["name"])), 63)
			names[key] = true
		}
	}
	return tree{
		deployments: all[appsv1.Deployment](t, recording, deploymentType),
		scalers:     all[autoscalingv2.HorizontalPodAutoscaler](t, recording, autoscalerType),
		budgets:     all[policyv1.PodDisruptionBudget](t, recording, budgetType),
		services:    all[corev1.Service](t, recording, serviceType),
		policies:    all[networkingv1.NetworkPolicy](t, recording, policyType),
		configs:     all[corev1.ConfigMap](t, recording, configType),
	}
}

// No pod of one track belongs to another; each has its own numbers.
func TestTracksStayApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := drawn(t)
		made := grow(t, args)
		require.Len(t, made.deployments, max(1, len(args.Tracks)))
		require.Len(t, made.budgets, len(made.deployments), "one budget each")
		require.Len(t, made.configs, len(made.deployments), "one environment each")
		for _, one := range made.deployments {
			pod := one.Spec.Template.Labels
			for _, other := range made.deployments {
				assert.Equal(t, one.Name == other.Name, selects(t, other.Spec.Selector, pod), "%s selects pods of %s", other.Name, one.Name)
				for _, constraint := range other.Spec.Template.Spec.TopologySpreadConstraints {
					assert.Equal(t, one.Name == other.Name, selects(t, constraint.LabelSelector, pod))
				}
			}
			for _, budget := range made.budgets {
				assert.Equal(t, one.Name == budget.Name, selects(t, budget.Spec.Selector, pod), "two budgets for one pod stop every drain")
			}
			for _, policy := range made.policies {
				assert.True(t, selects(t, &policy.Spec.PodSelector, pod), "%s leaves out %s", policy.Name, one.Name)
			}
			assert.Equal(t, one.Name+"-env", one.Spec.Template.Spec.Containers[0].EnvFrom[0].ConfigMapRef.Name)
		}
	})
}

// An autoscaler scales the Deployment of its own name, which then has no number
// of pods; and at its minimum a node can be drained while a pod stays.
func TestEachTrackHasItsOwnNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := grow(t, drawn(t))
		least := map[string]int32{}
		for _, scaler := range made.scalers {
			assert.Equal(t, scaler.Name, scaler.Spec.ScaleTargetRef.Name)
			least[scaler.Name] = *scaler.Spec.MinReplicas
		}
		for _, deployment := range made.deployments {
			_, scaled := least[deployment.Name]
			assert.NotEqual(t, scaled, deployment.Spec.Replicas != nil, "exactly one decides the number of pods")
			if !scaled {
				least[deployment.Name] = *deployment.Spec.Replicas
			}
		}
		require.Len(t, least, len(made.deployments), "every autoscaler has a Deployment")
		for _, budget := range made.budgets {
			away := budget.Spec.MaxUnavailable.IntVal
			assert.GreaterOrEqual(t, away, int32(1), "nothing can be drained")
			if pods := least[budget.Name]; pods > 1 {
				assert.Less(t, away, pods, "nothing is left")
			}
		}
	})
}

// The Service leads to exactly the pods that the routing names.
func TestTheServiceLeadsWhereItShould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := drawn(t)
		made := grow(t, args)
		reached := map[string][]string{}
		for _, service := range made.services {
			reached[service.Name] = []string{}
			for _, one := range made.deployments {
				if labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(one.Spec.Template.Labels)) {
					reached[service.Name] = append(reached[service.Name], one.Name)
				}
			}
		}
		want := map[string][]string{}
		switch args.Routing.Service {
		case ServiceExternal:
		case ServiceActive:
			want["tripsage-api"] = []string{"tripsage-api-" + args.Routing.Active}
			if len(args.Tracks) == 2 {
				other := slices.IndexFunc(args.Tracks, func(t Track) bool { return t.Name != args.Routing.Active })
				want["tripsage-api-preview"] = []string{"tripsage-api-" + args.Tracks[other].Name}
			}
		default:
			for _, one := range made.deployments {
				want["tripsage-api"] = append(want["tripsage-api"], one.Name)
			}
		}
		assert.Equal(t, want, reached)
	})
}
