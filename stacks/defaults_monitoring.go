package stacks

import "github.com/tripsage/infrastructure/infra"

// watchesItself tells whether the stack has a Prometheus of its own.
func watchesItself(s infra.Spec) bool { return s.Monitoring != nil && !s.Monitoring.Operator }

// readsDatabase tells whether there must be an exporter of the database's metrics.
func readsDatabase(s infra.Spec) bool {
	return s.Monitoring != nil && (s.Database.Mode == infra.DatabaseEmbedded || s.Monitoring.DatabaseURL.IsSet())
}

// readsExternal tells whether the exporter needs a way to a database of others.
func readsExternal(s infra.Spec) bool {
	return s.Monitoring != nil && s.Database.Mode == infra.DatabaseExternal && s.Images.PostgresExporter != ""
}

func monitoringKnobs() []Knob {
	knobs := []Knob{
		{Key: "monitoring.intervalSeconds", By: byEnvironment(5, 15, 15),
			Why: "How often metrics are read and rules looked at. Without any key of this group nothing is watched."},
		{Key: "monitoring.retentionDays", By: byEnvironment(2, 15, 30), Why: "How long Prometheus keeps metrics. Budgets are for 30 days."},
		{Key: "monitoring.storageGiB", By: byEnvironment(1, 20, 50), Why: "Size of Prometheus' volume; four fifths of it bound what is kept, too."},
		{Key: "monitoring.resources.cpuRequest", By: byEnvironment("20m", "100m", "250m"), Why: "Processor that Prometheus is promised."},
		{Key: "monitoring.resources.cpuLimit", By: byEnvironment("500m", "1", "2"), Why: "Processor that Prometheus may use."},
		{Key: "monitoring.resources.memoryRequest", By: byEnvironment("96Mi", "512Mi", "1Gi"), Why: "Memory that Prometheus is promised."},
		{Key: "monitoring.resources.memoryLimit", By: byEnvironment("256Mi", "1Gi", "2Gi"), Why: "Memory at which Kubernetes kills Prometheus; it collects garbage before."},
		{Key: "monitoring.kubernetesPort", By: byEnvironment(6443, 443, 443),
			Why: "Port that the Kubernetes API itself listens on, behind its Service: network policies open it, for Prometheus finds pods there. 443 at most providers."},
		{Key: "monitoring.databaseURL", Needs: readsExternal, Placeholder: "postgres://redacted:redacted@redacted.invalid:5432/redacted",
			Why: "The external database as a role with pg_monitor, and no more: CREATE ROLE monitor LOGIN CONNECTION LIMIT 5 IN ROLE pg_monitor. Not through a pooler in transaction mode. Needed with images.postgresExporter."},
	}
	for _, severity := range []string{"critical", "warning"} {
		knobs = append(knobs, receiverKnobs("monitoring."+severity, severity)...)
	}
	return append(knobs,
		Knob{Key: "monitoring.operator", Default: false,
			Why: "Makes PrometheusRule, PodMonitors and AlertmanagerConfig for the cluster's prometheus-operator, instead of Prometheus and Alertmanager."},
		Knob{Key: "monitoring.operatorNamespace", Default: "monitoring", Why: "Where the operator's Prometheus runs; network policies let it read metrics. Only with monitoring.operator."},
		Knob{Key: "monitoring.datadog", Default: false,
			Why: "Gives the API's pods Datadog's unified service tags and has Datadog's agent read their metrics."},
		Knob{Key: "monitoring.datadogNamespace", Default: "datadog", Why: "Where Datadog's agents run; network policies let them read metrics. Only with monitoring.datadog."},
		Knob{Key: "monitoring.speed", Default: 1, Why: "Divides every window and wait of the alerts, 1 to 60, for drills: with more than 1 they say nothing about the objectives."},
	)
}

func receiverKnobs(path, severity string) []Knob {
	return []Knob{
		{Key: path + ".webhookURL", Default: infra.Secret{}, Placeholder: "https://redacted.invalid/hook",
			Why: "Address that Alertmanager posts alerts of severity " + severity + " to, as JSON. Empty: none."},
		{Key: path + ".slackURL", Default: infra.Secret{}, Placeholder: "https://hooks.slack.com/services/redacted",
			Why: "Incoming webhook of Slack for alerts of severity " + severity + ". Empty: none."},
		{Key: path + ".pagerDutyKey", Default: infra.Secret{}, Placeholder: "redactedredactedredactedredacted",
			Why: "Integration key of PagerDuty's Events API v2 for alerts of severity " + severity + ". Empty: none."},
	}
}
