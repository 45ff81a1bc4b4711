package infra

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/objectives/alertmanager"
)

func (m Monitoring) validate(fs *faults, database string) {
	speedOK := fs.between("monitoring.speed", m.Speed, 1, 60)
	intervalOK := fs.between("monitoring.intervalSeconds", m.IntervalSeconds, 1, 60)
	// The shortest window is of five minutes, and a rate needs some values in it.
	if most := 300 / 4 / max(m.Speed, 1); speedOK && intervalOK && m.IntervalSeconds > most {
		fs.add("monitoring.intervalSeconds", m.IntervalSeconds, fmt.Sprintf("at most %d: four values in the shortest window", most),
			"lower intervalSeconds or speed", "monitoring.speed")
	}
	fs.between("monitoring.retentionDays", m.RetentionDays, 1, 365)
	fs.between("monitoring.storageGiB", m.StorageGiB, 1, 1023)
	fs.between("monitoring.kubernetesPort", m.KubernetesPort, 1, 65535)
	m.Resources.validate(fs, "monitoring.resources")
	fs.like("monitoring.operatorNamespace", m.OperatorNamespace, formObject)
	fs.like("monitoring.datadogNamespace", m.DatadogNamespace, formObject)
	m.validateDatabase(fs, database)
	for _, ways := range m.ways() {
		for _, one := range ways {
			one.validate(fs)
		}
	}
}

func (m Monitoring) validateDatabase(fs *faults, mode string) {
	switch {
	case !m.DatabaseURL.IsSet():
	case mode == DatabaseEmbedded:
		fs.add("monitoring.databaseURL", m.DatabaseURL, "no value: the embedded database has a role of its own for it",
			"remove it or set database.mode to external", "database.mode")
	default:
		if port, err := databasePort(m.DatabaseURL); err != nil || port == transactionPort {
			fs.add("monitoring.databaseURL", m.DatabaseURL, "postgres://user:password@host:5432/database, not through a pooler in transaction mode",
				"set it with `pulumi config set --path --secret monitoring.databaseURL`, which asks for the value")
		}
	}
}

func (w way) validate(fs *faults) {
	set := "set it with `pulumi config set --path --secret " + w.key + "`, which asks for the value"
	value := w.secret.Reveal()
	switch w.kind {
	case alertmanager.PagerDuty:
		if !regexp.MustCompile(`^[A-Za-z0-9]{32,64}$`).MatchString(value) {
			fs.add(w.key, w.secret, "an integration key: 32 letters and digits", set)
		}
	case alertmanager.Slack:
		if !strings.HasPrefix(value, "https://hooks.slack.com/") || !isHeaderValue(value) {
			fs.add(w.key, w.secret, "an address that begins with https://hooks.slack.com/", set)
		}
	default:
		if _, err := portOf(value); err != nil || !regexp.MustCompile(`^https?://[^/\s]+(/\S*)?$`).MatchString(value) {
			fs.add(w.key, w.secret, "an address such as https://alerts.example.com/hook", set)
		}
	}
}

// validateMonitoring checks the images against what the stack watches.
func (s Spec) validateMonitoring(fs *faults) {
	m := s.Monitoring
	if m != nil {
		m.validate(fs, s.Database.Mode)
	}
	own := m != nil && !m.Operator
	embedded := s.Database.Mode == DatabaseEmbedded
	for _, one := range []struct {
		name, image      string
		needed, possible bool
		why              string
	}{
		{"prometheus", s.Images.Prometheus, own, own, "only a Prometheus of our own uses it"},
		{"alertmanager", s.Images.Alertmanager, own, own, "only an Alertmanager of our own uses it"},
		{
			"postgresExporter", s.Images.PostgresExporter, m != nil && (embedded || m.DatabaseURL.IsSet()),
			m != nil && (embedded || m.DatabaseURL.IsSet()), "without a role on the database it has nothing to read",
		},
		{"kubeStateMetrics", s.Images.KubeStateMetrics, false, m != nil, "nobody would read its metrics"},
		{"grafana", s.Images.Grafana, false, own, "it shows what a Prometheus of our own has"},
	} {
		path := "images." + one.name
		switch {
		case one.image == "" && !one.needed:
		case one.possible:
			fs.like(path, one.image, formImage)
		case one.name == "postgresExporter" && m != nil:
			fs.add("monitoring.databaseURL", m.DatabaseURL, "the URL of a role with the rights of pg_monitor, for images.postgresExporter",
				"set it with `pulumi config set --path --secret monitoring.databaseURL`, or remove the image", path)
		default:
			fs.add(path, one.image, "no value: "+one.why, "remove it, or set tripsage:monitoring without operator", "monitoring.operator")
		}
	}
}
