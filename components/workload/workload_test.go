package workload

import (
	"slices"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	deploymentType = "kubernetes:apps/v1:Deployment"
	autoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
	policyType     = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

// full has every argument that has no default, and two of each list.
func full() Args {
	return Args{
		Namespace: pulumi.String("tripsage"),
		Component: "api",
		Version:   "1.2.3",
		Image:     componenttest.Image,
		Env:       map[string]string{"ENVIRONMENT": "local", "LOG_LEVEL": "debug"},
		Secrets: []SecretFiles{
			{Secret: SecretRef{Name: pulumi.String("db"), Version: pulumi.String("v1")}, Files: map[string]string{"database-url": "url"}},
			{Secret: SecretRef{Name: pulumi.String("cache"), Version: pulumi.String("v2")}, Files: map[string]string{"dragonfly-url": "url"}},
		},
		Resources: Resources{
			Requests: Amounts{CPU: "250m", Memory: "256Mi", EphemeralStorage: "64Mi"},
			Limits:   Amounts{CPU: "500m", Memory: "512Mi", EphemeralStorage: "128Mi"},
		},
		Scaling: Scaling{Min: 3, Max: 10},
		Ingress: []Edge{
			{Peer: Peer{Name: "gateway", NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": "istio-system"}}, Ports: []int{8000}},
			{Peer: Peer{Name: "prometheus", PodLabels: map[string]string{"app": "prometheus"}}, Ports: []int{9090}},
		},
		Egress: []Edge{
			{Peer: Peer{Name: "postgres", PodLabels: map[string]string{"app": "postgres"}}, Ports: []int{5432}},
			{Peer: Peer{Name: "supabase", CIDRs: []string{"0.0.0.0/0"}, Except: []string{"10.0.0.0/8"}}, Ports: []int{5432, 6543}},
		},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "tripsage-api", args)
		return err
	}
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "autoscaled.json", program(full()))
	componenttest.Contract(t, recording, Type, "tripsage-api")
	componenttest.Restricted(t, componenttest.PodTemplate(t, recording, deploymentType))
	deployment := recording.One(t, deploymentType, "tripsage-api")
	assert.NotContains(t, deployment.Inputs["spec"], "replicas", "the autoscaler owns the number of pods")
}

func TestTreeOfAFixedNumberOfPods(t *testing.T) {
	args := full()
	args.Scaling, args.Secrets, args.Env, args.Ingress, args.Egress = Scaling{Min: 2, Max: 2}, nil, nil, nil, nil
	recording := componenttest.Golden(t, "fixed.json", program(args))
	componenttest.Contract(t, recording, Type, "tripsage-api")
	componenttest.Restricted(t, componenttest.PodTemplate(t, recording, deploymentType))
	assert.Empty(t, recording.OfType(autoscalerType))
	assert.Empty(t, recording.OfType(policyType))
}

func TestPodsRestartWithTheirConfiguration(t *testing.T) {
	annotations := func(change func(*Args)) map[string]string {
		args := full()
		change(&args)
		recording, err := pulumitest.Up(program(args))
		require.NoError(t, err)
		return componenttest.PodTemplate(t, recording, deploymentType).Annotations
	}
	base := annotations(func(*Args) {})
	env := annotations(func(a *Args) { a.Env["LOG_LEVEL"] = "info" })
	secret := annotations(func(a *Args) { a.Secrets[1].Secret.Version = pulumi.String("v3") })

	assert.NotEqual(t, base["checksum/config"], env["checksum/config"])
	assert.Equal(t, base["checksum/secrets"], env["checksum/secrets"])
	assert.NotEqual(t, base["checksum/secrets"], secret["checksum/secrets"])
	assert.Equal(t, base["checksum/config"], secret["checksum/config"])
	assert.Equal(t, "9090", base["prometheus.io/port"])
}

func TestPoliciesAreExactlyTheEdges(t *testing.T) {
	recording, err := pulumitest.Up(program(full()))
	require.NoError(t, err)
	got := map[string]networkingv1.NetworkPolicySpec{}
	for _, one := range recording.OfType(policyType) {
		var policy networkingv1.NetworkPolicy
		require.NoError(t, one.Decode(&policy))
		assert.Equal(t, Selector("tripsage-api"), policy.Spec.PodSelector.MatchLabels)
		got[policy.Name] = policy.Spec
	}
	require.Len(t, got, 4)
	gateway := got["tripsage-api-from-gateway"]
	assert.Nil(t, gateway.Ingress[0].From[0].PodSelector)
	assert.Equal(t, "istio-system", gateway.Ingress[0].From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
	assert.EqualValues(t, 8000, gateway.Ingress[0].Ports[0].Port.IntVal)
	database := got["tripsage-api-to-postgres"]
	assert.Equal(t, []networkingv1.PolicyType{networkingv1.PolicyTypeEgress}, database.PolicyTypes)
	assert.Equal(t, map[string]string{"app": "postgres"}, database.Egress[0].To[0].PodSelector.MatchLabels)
	supabase := got["tripsage-api-to-supabase"].Egress[0]
	assert.Equal(t, &networkingv1.IPBlock{CIDR: "0.0.0.0/0", Except: []string{"10.0.0.0/8"}}, supabase.To[0].IPBlock)
	assert.Len(t, supabase.Ports, 2)
}

func TestOutputs(t *testing.T) {
	var host, service string
	var port int
	var deployments []string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "tripsage-api", full())
		if err != nil {
			return err
		}
		pulumi.All(c.Host, c.ServiceName, c.ServicePort, c.DeploymentNames).ApplyT(func(in []any) error {
			host, service, port = in[0].(string), in[1].(string), in[2].(int)
			deployments = in[3].([]string)
			return nil
		})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "tripsage-api.tripsage.svc", host)
	assert.Equal(t, "tripsage-api", service)
	assert.Equal(t, 80, port)
	assert.Equal(t, []string{"tripsage-api"}, deployments)
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "workload tripsage-api:")
	assert.Empty(t, recording.Resources)
}

// Nothing but the pods waits for what has to be done before.
func TestPodsWaitForWhatComesBefore(t *testing.T) {
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		before, err := corev1.NewConfigMap(ctx, "before", nil)
		if err != nil {
			return err
		}
		args := full()
		args.After = []pulumi.Resource{before}
		_, err = New(ctx, "tripsage-api", args)
		return err
	})
	require.NoError(t, err)
	for _, one := range recording.Resources {
		waits := slices.Contains(one.DependsOn, "kubernetes:core/v1:ConfigMap before")
		assert.Equal(t, one.Type == deploymentType, waits, "%s %s", one.Type, one.Name)
	}
}
