package monitoring

import (
	"fmt"
	"path"

	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/process"
)

// stateMetrics tells of the objects that alerts and dashboards look at. It
// learns its namespace from its token.
func (a Args) stateMetrics() program {
	read := []string{"list", "watch"}
	return program{
		name: StateMetricsName, image: a.StateMetrics.Image, userID: nobody,
		args: []string{
			"--resources=pods,deployments,statefulsets,jobs,horizontalpodautoscalers,persistentvolumeclaims",
			fmt.Sprintf("--port=%d", StateMetricsPort),
			// Its own metrics stay inside of the pod.
			"--telemetry-host=127.0.0.1",
		},
		port: object.Port{Name: metricsPort, Number: StateMetricsPort}, live: "/livez", ready: "/healthz",
		resources: small("32Mi", "128Mi"),
		permissions: []permission{
			{"", []string{"pods", "persistentvolumeclaims"}, read},
			{"apps", []string{"deployments", "statefulsets"}, read},
			{"batch", []string{"jobs"}, read},
			{"autoscaling", []string{"horizontalpodautoscalers"}, read},
		},
		from: a.scraped(StateMetricsPort), to: a.Kubernetes,
	}
}

// grafanaUser is the user of the upstream image.
const grafanaUser = 472

func (a Args) grafana() (program, error) {
	const provisioning, dashboards = "/etc/grafana/provisioning", "/etc/grafana/dashboards"
	sources, err := yaml.Marshal(map[string]any{
		"apiVersion": 1, "datasources": []any{map[string]any{
			"name": "Prometheus", "uid": "prometheus", "type": "prometheus", "access": "proxy", "isDefault": true, "editable": false,
			"url":      fmt.Sprintf("http://%s:%d", PrometheusName, PrometheusPort),
			"jsonData": map[string]any{"timeInterval": fmt.Sprintf("%ds", a.IntervalSeconds)},
		}},
	})
	if err != nil {
		return program{}, err
	}
	provider, err := yaml.Marshal(map[string]any{
		"apiVersion": 1, "providers": []any{map[string]any{
			"name": "TripSage", "folder": "TripSage", "type": "file", "allowUiUpdates": false, "disableDeletion": true,
			"options": map[string]any{"path": dashboards},
		}},
	})
	if err != nil {
		return program{}, err
	}
	return program{
		name: GrafanaName, image: a.Grafana.Image, userID: grafanaUser,
		env: map[string]string{
			"GF_SECURITY_ADMIN_PASSWORD__FILE": path.Join(SecretsPath, AdminPasswordKey),
			"GF_AUTH_ANONYMOUS_ENABLED":        "false",
			"GF_USERS_ALLOW_SIGN_UP":           "false",
			"GF_USERS_ALLOW_ORG_CREATE":        "false",
			// It calls nobody, and no policy would let it.
			"GF_ANALYTICS_REPORTING_ENABLED":        "false",
			"GF_ANALYTICS_CHECK_FOR_UPDATES":        "false",
			"GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
			"GF_NEWS_NEWS_FEED_ENABLED":             "false",
			"GF_SECURITY_DISABLE_GRAVATAR":          "true",
			"GF_PLUGINS_PREINSTALL_DISABLED":        "true",
			"GF_LOG_MODE":                           "console",
		},
		port: object.Port{Name: pagesPort, Number: GrafanaPort}, ready: "/api/health",
		resources: small("128Mi", "512Mi"),
		secrets:   []process.SecretFiles{secretFiles(a.Grafana.Secret, AdminPasswordKey)},
		configs: []configFolder{
			{"datasources", provisioning + "/datasources", map[string]string{"prometheus.yaml": string(sources)}},
			{"provider", provisioning + "/dashboards", map[string]string{"tripsage.yaml": string(provider)}},
			{"dashboards", dashboards, a.Grafana.Dashboards},
		},
		scratch: map[string]string{"/var/lib/grafana": "256Mi", "/tmp": "64Mi"},
		to:      []Edge{{Peer: peer(PrometheusName), Ports: []int{PrometheusPort}}},
	}, nil
}
