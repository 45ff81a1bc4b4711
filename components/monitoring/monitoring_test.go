package monitoring

import (
	"encoding/json"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	deploymentType  = "kubernetes:apps/v1:Deployment"
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	policyType      = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
)

func full() Args {
	secret := SecretRef{Name: pulumi.String("secret"), Version: pulumi.String("v1")}
	anywhere := func(name string, port int) []Edge {
		return []Edge{{Peer: Peer{Name: name, CIDRs: []string{"0.0.0.0/0"}}, Ports: []int{port}}}
	}
	return Args{
		Namespace: pulumi.String("tripsage"), ImagePullSecret: "registry", IntervalSeconds: 5,
		Labels:     map[string]string{"environment": "test"},
		Targets:    []Target{{Job: "tripsage-api", PodLabels: map[string]string{"app.kubernetes.io/instance": "api"}, Port: 9090}},
		Rules:      []monitoringv1.RuleGroup{{Name: "g", Rules: []monitoringv1.Rule{{Alert: "Down", Expr: intstr.FromString("up == 0")}}}},
		Kubernetes: anywhere("kubernetes", 443),
		Prometheus: Prometheus{Image: componenttest.Image, Protect: true, Resources: small("64Mi", "100Mi")},
		Alertmanager: Alertmanager{
			Image: componenttest.Image, Config: "route: {receiver: nobody}\n", Secret: &secret, Files: []string{"critical-webhook"},
			Receivers: anywhere("receivers", 443),
		},
		Exporter:     &Exporter{Image: componenttest.Image, Secret: secret, Database: anywhere("database", 5432)},
		StateMetrics: &StateMetrics{Image: componenttest.Image},
		Grafana:      &Grafana{Image: componenttest.Image, Secret: secret, Dashboards: map[string]string{"service.json": "{}"}},
	}
}

func watch(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "monitoring", args)
		return err
	}
}

func up(t *testing.T, args Args) pulumitest.Recording {
	t.Helper()
	recording, err := pulumitest.Up(watch(args))
	require.NoError(t, err)
	return recording
}

// templates are the pods by the name of what makes them.
func templates(t *testing.T, recording pulumitest.Recording) map[string]corev1.PodTemplateSpec {
	t.Helper()
	found := map[string]corev1.PodTemplateSpec{}
	for _, typ := range []string{deploymentType, statefulSetType} {
		for _, one := range recording.OfType(typ) {
			var object appsv1.Deployment // what is read is the same in both
			require.NoError(t, one.Decode(&object))
			found[object.Name] = object.Spec.Template
		}
	}
	return found
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "monitoring.json", watch(full()))
	componenttest.Contract(t, recording, Type, "monitoring")
	found := templates(t, recording)
	require.Len(t, found, 5)
	for name, template := range found {
		componenttest.Restricted(t, template)
		assert.Equal(t, "false", template.Labels["sidecar.istio.io/inject"], name)
		assert.Equal(t, []corev1.LocalObjectReference{{Name: "registry"}}, template.Spec.ImagePullSecrets, name)
		for _, one := range template.Spec.Containers[0].Env {
			assert.Nil(t, one.ValueFrom, "secrets are files")
		}
	}
	assert.NotContains(t, strings.Join(found[PrometheusName].Spec.Containers[0].Args, " "), "--web.enable", "nothing can be changed over HTTP")
}

// A token is where it is used, and it ends.
func TestWhoHasAToken(t *testing.T) {
	for name, template := range templates(t, up(t, full())) {
		var tokens int
		for _, volume := range template.Spec.Volumes {
			if volume.Projected == nil {
				continue
			}
			for _, source := range volume.Projected.Sources {
				if source.ServiceAccountToken != nil {
					tokens++
					assert.EqualValues(t, 3600, *source.ServiceAccountToken.ExpirationSeconds)
				}
			}
		}
		if name == PrometheusName || name == StateMetricsName {
			assert.Equal(t, 1, tokens, name)
		} else {
			assert.Zero(t, tokens, name)
		}
	}
}

func TestAccountsMayOnlyRead(t *testing.T) {
	recording := up(t, full())
	roles := recording.OfType("kubernetes:rbac.authorization.k8s.io/v1:Role")
	require.Len(t, roles, 2)
	assert.Empty(t, recording.OfType("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"))
	for _, one := range roles {
		var role rbacv1.Role
		require.NoError(t, one.Decode(&role))
		for _, rule := range role.Rules {
			assert.Subset(t, []string{"get", "list", "watch"}, rule.Verbs)
			assert.NotContains(t, rule.Resources, "secrets")
		}
	}
}

// Who may talk to whom, and that nobody may from outside.
func TestEdges(t *testing.T) {
	edges := map[string]int32{}
	for _, one := range up(t, full()).OfType(policyType) {
		var policy networkingv1.NetworkPolicy
		require.NoError(t, one.Decode(&policy))
		for _, rule := range policy.Spec.Ingress {
			edges[policy.Name] = rule.Ports[0].Port.IntVal
			require.NotEmpty(t, rule.From[0].PodSelector.MatchLabels)
		}
		for _, rule := range policy.Spec.Egress {
			edges[policy.Name] = rule.Ports[0].Port.IntVal
		}
	}
	assert.Equal(t, map[string]int32{
		"prometheus-to-kubernetes": 443, "prometheus-to-tripsage-api": 9090, "prometheus-to-alertmanager": 9093,
		"prometheus-to-postgres": 9187, "prometheus-to-kube-state-metrics": 8080, "prometheus-from-grafana": 9090,
		"alertmanager-from-prometheus": 9093, "alertmanager-to-receivers": 443,
		"postgres-exporter-from-prometheus": 9187, "postgres-exporter-to-database": 5432,
		"kube-state-metrics-from-prometheus": 8080, "kube-state-metrics-to-kubernetes": 443,
		"grafana-to-prometheus": 9090,
	}, edges)
}

// A change of what a program reads replaces its pod, and no other.
func TestChecksums(t *testing.T) {
	before := templates(t, up(t, full()))
	args := full()
	args.Rules[0].Rules[0].Alert = "Gone"
	for name, template := range templates(t, up(t, args)) {
		if name == PrometheusName {
			assert.NotEqual(t, before[name].Annotations, template.Annotations)
		} else {
			assert.Equal(t, before[name], template, name)
		}
	}
}

func TestOperator(t *testing.T) {
	args := full()
	args.Grafana, args.Prometheus, args.Alertmanager = nil, Prometheus{}, Alertmanager{}
	args.Operator = &Operator{Namespace: "observability", Alerts: v1alpha1.AlertmanagerConfigSpec{
		Route: &v1alpha1.Route{Receiver: "nobody"}, Receivers: []v1alpha1.Receiver{{Name: "nobody"}},
	}}
	recording := componenttest.Golden(t, "operator.json", watch(args))
	componenttest.Contract(t, recording, Type, "monitoring")
	assert.Len(t, templates(t, recording), 2, "the exporters")

	var rule monitoringv1.PrometheusRule
	strict(t, recording.One(t, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "monitoring"), &rule)
	assert.Equal(t, map[string]string{"environment": "test", "namespace": "tripsage"}, rule.Spec.Groups[0].Rules[0].Labels)
	var monitor monitoringv1.PodMonitor
	strict(t, recording.One(t, "kubernetes:monitoring.coreos.com/v1:PodMonitor", "monitoring-tripsage-api"), &monitor)
	assert.EqualValues(t, 9090, *monitor.Spec.PodMetricsEndpoints[0].PortNumber)
	assert.Equal(t, "tripsage-api", *monitor.Spec.PodMetricsEndpoints[0].RelabelConfigs[0].Replacement)
	var alerts v1alpha1.AlertmanagerConfig
	strict(t, recording.One(t, "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig", "monitoring-alerts"), &alerts)
	assert.Equal(t, "nobody", alerts.Spec.Route.Receiver)
	assert.Len(t, recording.OfType("kubernetes:monitoring.coreos.com/v1:PodMonitor"), 3)

	var policy networkingv1.NetworkPolicy
	require.NoError(t, recording.One(t, policyType, "monitoring-postgres-exporter-from-prometheus").Decode(&policy))
	assert.Equal(t, "observability", policy.Spec.Ingress[0].From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
}

// strict reads the resource into the operator's own type, and nothing may be left.
func strict(t *testing.T, one pulumitest.Resource, into any) {
	t.Helper()
	text, err := json.Marshal(one.Inputs)
	require.NoError(t, err)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into))
}

func TestEveryFaultAtOnce(t *testing.T) {
	err := Args{
		IntervalSeconds: 61, Targets: []Target{{Job: "A"}}, Exporter: &Exporter{}, Operator: &Operator{}, Grafana: &Grafana{Image: "grafana:12"},
	}.Validate()
	for _, want := range []string{
		"Namespace is missing", "IntervalSeconds is 61", "Rules is missing", "Targets[0].Job", "Targets[0].Port", "Targets[0].PodLabels is missing",
		"Exporter.Image", `Grafana.Image is "grafana:12"`, "Operator.Namespace", "Grafana is", "postgres-exporter: Secrets[0].Secret.Name is missing",
	} {
		assert.ErrorContains(t, err, want)
	}
	err = Args{Namespace: pulumi.String("x"), IntervalSeconds: 1, Alertmanager: Alertmanager{Files: []string{"f"}}}.Validate()
	for _, want := range []string{
		"Prometheus.Image", "Alertmanager.Image", "Prometheus.RetentionDays is 0", "Prometheus.StorageGiB is 0", "Alertmanager.Config is missing",
		"Alertmanager.Files", "Kubernetes is missing", "prometheus: Resources.",
	} {
		assert.ErrorContains(t, err, want)
	}
}
