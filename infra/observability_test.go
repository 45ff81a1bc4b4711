package infra

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/objectives/datadog"
	"github.com/tripsage/infrastructure/objectives/grafana"
)

const monitoringType = "tripsage:monitoring:Monitoring"

func TestWithoutMonitoringNobodyReadsMetrics(t *testing.T) {
	recording := mustDeploy(t, goodSpec())
	assert.Empty(t, recording.OfType(monitoringType))
	for _, one := range recording.OfType(policyType) {
		assert.NotContains(t, one.Name, "prometheus")
	}
}

// Prometheus has a way to each of its targets, and each lets it in.
func TestBothEndsOfAScrapeMeet(t *testing.T) {
	spec := goodSpec()
	watched(&spec)
	recording := mustDeploy(t, spec)
	for _, edge := range []struct {
		from, job, to string
		port          int32
	}{
		{"monitoring-prometheus", "tripsage-api", "tripsage-api", 9090},
		{"monitoring-prometheus", "dragonfly", "dragonfly", 9999},
		{"monitoring-prometheus", "postgres", "monitoring-postgres-exporter", 9187},
		{"monitoring-prometheus", "alertmanager", "monitoring-alertmanager", 9093},
	} {
		out, in := policy(t, recording, edge.from+"-to-"+edge.job), policy(t, recording, edge.to+"-from-prometheus")
		assert.Equal(t, in.Spec.PodSelector, *out.Spec.Egress[0].To[0].PodSelector, edge.job)
		assert.Equal(t, out.Spec.PodSelector, *in.Spec.Ingress[0].From[0].PodSelector, edge.job)
		assert.Equal(t, edge.port, out.Spec.Egress[0].Ports[0].Port.IntVal)
		assert.Equal(t, edge.port, in.Spec.Ingress[0].Ports[0].Port.IntVal)
	}
	assert.Equal(t, policy(t, recording, "monitoring-postgres-exporter-to-postgres").Spec.PodSelector,
		*policy(t, recording, "postgres-from-postgres-exporter").Spec.Ingress[0].From[0].PodSelector)
}

// The exporter logs in as the role that the database makes, with its password.
func TestExporterOfTheEmbeddedDatabase(t *testing.T) {
	spec := goodSpec()
	watched(&spec)
	recording := mustDeploy(t, spec)
	assert.Equal(t, map[string]string{
		"user": "monitor", "password": secretData(t, recording, "postgres")["monitor-password"],
		"address": "postgres:5432/tripsage?sslmode=disable",
	}, secretData(t, recording, "postgres-exporter"))
}

func TestExporterOfAnExternalDatabase(t *testing.T) {
	spec := externalSpec()
	watched(&spec).DatabaseURL = NewSecret("postgres://mon.project:hunter2%40x@db.example.com:5433/app")
	recording := mustDeploy(t, spec)
	assert.Equal(t, map[string]string{
		"user": "mon.project", "password": "hunter2@x", "address": "db.example.com:5433/app?sslmode=require",
	}, secretData(t, recording, "postgres-exporter"))
	assertAnywhere(t, recording, "monitoring-postgres-exporter-to-database", 5433)
	assert.NotContains(t, string(recording.JSON(t)), "hunter2", "only encoded, in the Secret")
}

// Each receiver's secret is a file that the configuration names.
func TestReceivers(t *testing.T) {
	spec := goodSpec()
	m := watched(&spec)
	m.Critical.PagerDutyKey = NewSecret(strings.Repeat("hunter2a", 4))
	m.Warning.WebhookURL = NewSecret("https://alerts.example.com:8443/hunter2")
	recording := mustDeploy(t, spec)
	assert.Equal(t, map[string]string{
		"critical-pagerduty": m.Critical.PagerDutyKey.Reveal(), "warning-webhook": m.Warning.WebhookURL.Reveal(),
	}, secretData(t, recording, "alertmanager"))
	config := configOf(t, recording, "monitoring-alertmanager-config")["alertmanager.yml"]
	for file := range secretData(t, recording, "alertmanager") {
		assert.Contains(t, config, "/var/run/secrets/monitoring/"+file)
	}
	assertAnywhere(t, recording, "monitoring-alertmanager-to-receivers-443", 443)
	assertAnywhere(t, recording, "monitoring-alertmanager-to-receivers-8443", 8443)
	assert.NotContains(t, string(recording.JSON(t)), "hunter2", "only encoded, in the Secret")

	quiet := goodSpec()
	watched(&quiet)
	for _, one := range mustDeploy(t, quiet).OfType(policyType) {
		assert.NotContains(t, one.Name, "alertmanager-to-", "who tells nobody has no way out")
	}
}

func configOf(t *testing.T, recording pulumitest.Recording, name string) map[string]string {
	t.Helper()
	var config corev1.ConfigMap
	require.NoError(t, recording.One(t, configMapType, name).Decode(&config))
	return config.Data
}

func TestSpeedReachesTheRules(t *testing.T) {
	spec := goodSpec()
	watched(&spec)
	assert.Contains(t, configOf(t, mustDeploy(t, spec), "monitoring-prometheus-config")["rules.yml"], "[5m]")
	spec.Monitoring.Speed = 10
	assert.NotContains(t, configOf(t, mustDeploy(t, spec), "monitoring-prometheus-config")["rules.yml"], "[5m]")
}

func TestDatadogIsTagged(t *testing.T) {
	spec := goodSpec()
	watched(&spec).Datadog = true
	recording := mustDeploy(t, spec)
	var deployment struct {
		Spec struct{ Template corev1.PodTemplateSpec }
	}
	require.NoError(t, recording.One(t, "kubernetes:apps/v1:Deployment", "tripsage-api").Decode(&deployment))
	meta := deployment.Spec.Template.ObjectMeta
	assert.Equal(t, "local", meta.Labels["tags.datadoghq.com/env"])
	assert.Equal(t, "tripsage-api", meta.Labels["tags.datadoghq.com/service"])
	assert.Equal(t, meta.Labels["app.kubernetes.io/version"], meta.Labels["tags.datadoghq.com/version"])
	check := meta.Annotations["ad.datadoghq.com/api.checks"]
	assert.Contains(t, check, "http://%%host%%:9090/metrics")
	assert.Contains(t, check, `"namespace":"`+datadog.Namespace+`"`, "monitors ask for metrics of that name")
	assert.Contains(t, check, `"rename_labels":{"version":"build_version"}`)
	assert.NotContains(t, check, "distributions", "monitors ask for buckets")
	var from networkingv1.NetworkPolicy
	require.NoError(t, recording.One(t, policyType, "tripsage-api-from-datadog").Decode(&from))
	assert.Equal(t, "datadog", from.Spec.Ingress[0].From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
}

func TestOperatorTakesOver(t *testing.T) {
	spec := goodSpec()
	watched(&spec).Operator = true
	spec.Images.Prometheus, spec.Images.Alertmanager = "", ""
	recording := mustDeploy(t, spec)
	assert.Len(t, recording.OfType("kubernetes:monitoring.coreos.com/v1:PrometheusRule"), 1)
	assert.Len(t, recording.OfType("kubernetes:monitoring.coreos.com/v1:PodMonitor"), 3)
	assert.Len(t, recording.OfType("kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"), 1)
	assert.Empty(t, spec.Operator().Watched, "there is nothing to open")
}

func TestWatchedCanBeOpened(t *testing.T) {
	spec := goodSpec()
	assert.Empty(t, spec.Operator().Watched)
	watched(&spec)
	spec.Images.Grafana = "grafana" + digest
	all := spec.Operator().Watched
	require.Len(t, all, 3)
	assert.Equal(t, Watched{Labels: map[string]string{"app.kubernetes.io/name": "grafana", "app.kubernetes.io/instance": "grafana"}, Port: 3000}, all["grafana"])
}

// Grafana has the dashboards of the objectives, which ask the data source that it
// is given, and its password is generated.
func TestGrafana(t *testing.T) {
	spec := goodSpec()
	watched(&spec)
	spec.Images.Grafana = "grafana" + digest
	recording := mustDeploy(t, spec)
	boards := configOf(t, recording, "monitoring-grafana-dashboards")
	require.NotEmpty(t, boards)
	source := configOf(t, recording, "monitoring-grafana-datasources")["prometheus.yaml"]
	assert.Contains(t, source, "uid: "+grafana.Source+"\n")
	size := 0
	for name, text := range boards {
		assert.Contains(t, text, grafana.Source, name)
		size += len(text)
	}
	assert.Less(t, size, 1<<20, "what a ConfigMap can hold")
	assert.Len(t, secretData(t, recording, "grafana")["admin-password"], 40)
}
