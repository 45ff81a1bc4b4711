package infra

import "strings"

// watched adds a monitoring without faults.
func watched(spec *Spec) *Monitoring {
	for place, name := range map[*string]string{
		&spec.Images.Prometheus: "prometheus", &spec.Images.Alertmanager: "alertmanager", &spec.Images.PostgresExporter: "exporter",
	} {
		*place = "tripsage.local/" + name + digest
	}
	spec.Monitoring = &Monitoring{
		IntervalSeconds: 5, RetentionDays: 2, StorageGiB: 1, KubernetesPort: 6443, Speed: 1,
		Resources:         Resources{CPURequest: "20m", CPULimit: "1", MemoryRequest: "64Mi", MemoryLimit: "256Mi"},
		OperatorNamespace: "monitoring", DatadogNamespace: "datadog",
	}
	return spec.Monitoring
}

func monitoringRules() []rule {
	key := func(name, key string, breaks func(*Monitoring), found, expected string) rule {
		return rule{"monitoring " + name, func(s *Spec) { breaks(watched(s)) }, "monitoring." + key, found, expected, true}
	}
	image := func(name string, breaks func(*Spec), found, expected string) rule {
		return rule{"image " + name, func(s *Spec) { watched(s); breaks(s) }, "images." + name, found, expected, true}
	}
	return []rule{
		key("interval", "intervalSeconds", func(m *Monitoring) { m.IntervalSeconds = 61 }, "61", "from 1 to 60"),
		key("interval for speed", "intervalSeconds", func(m *Monitoring) { m.Speed = 20 }, "5", "at most 3"),
		key("retention", "retentionDays", func(m *Monitoring) { m.RetentionDays = 366 }, "366", "from 1 to 365"),
		key("storage", "storageGiB", func(m *Monitoring) { m.StorageGiB = 0 }, "0", "from 1"),
		key("port", "kubernetesPort", func(m *Monitoring) { m.KubernetesPort = 0 }, "0", "from 1"),
		key("memory", "resources.memoryLimit", func(m *Monitoring) { m.Resources.MemoryLimit = "1024Mi" }, `"1024Mi"`, "canonical"),
		key("operator's namespace", "operatorNamespace", func(m *Monitoring) { m.OperatorNamespace = "A" }, `"A"`, "DNS label"),
		key("Datadog's namespace", "datadogNamespace", func(m *Monitoring) { m.DatadogNamespace = "" }, `""`, "DNS label"),
		key("speed", "speed", func(m *Monitoring) { m.Speed = 0 }, "0", "from 1 to 60"),
		key("URL of our own database", "databaseURL", func(m *Monitoring) { m.DatabaseURL = NewSecret("postgres://m:p@h/d") }, "[secret]", "no value"),
		key("webhook", "critical.webhookURL", func(m *Monitoring) { m.Critical.WebhookURL = NewSecret("ftp://x") }, "[secret]", "https://"),
		key("Slack", "warning.slackURL", func(m *Monitoring) { m.Warning.SlackURL = NewSecret("https://example.com") }, "[secret]", "hooks.slack.com"),
		key("PagerDuty", "warning.pagerDutyKey", func(m *Monitoring) { m.Warning.PagerDutyKey = NewSecret("short") }, "[secret]", "32 letters"),
		image("prometheus", func(s *Spec) { s.Images.Prometheus = "" }, `""`, "by digest"),
		image("alertmanager", func(s *Spec) { s.Images.Alertmanager = "a:1" }, `"a:1"`, "by digest"),
		image("postgresExporter", func(s *Spec) { s.Images.PostgresExporter = "" }, `""`, "by digest"),
		image("kubeStateMetrics", func(s *Spec) { s.Images.KubeStateMetrics = "k" }, `"k"`, "by digest"),
		image("grafana", func(s *Spec) {
			s.Images.Grafana, s.Images.Prometheus, s.Images.Alertmanager, s.Monitoring.Operator = "g"+digest, "", "", true
		}, `"g`+digest+`"`, "no value"),
		{"image of nobody", func(s *Spec) { s.Images.Prometheus = "p" + digest }, "images.prometheus", `"p` + digest + `"`, "no value", true},
		{"exporter without a way to the database", func(s *Spec) {
			*s = externalSpec()
			watched(s)
		}, "monitoring.databaseURL", `""`, "pg_monitor", true},
		{"exporter through a pooler", func(s *Spec) {
			*s = externalSpec()
			watched(s).DatabaseURL = NewSecret(strings.Replace(externalSpec().Database.URL.Reveal(), "5432", "6543", 1))
		}, "monitoring.databaseURL", "[secret]", "pooler", true},
	}
}
