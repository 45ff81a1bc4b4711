package objectives

import "time"

// Severity says who is told.
type Severity string

// The severities, as the deployment guide has them.
const (
	// Critical wakes somebody.
	Critical Severity = "critical"
	// Warning is for working hours.
	Warning Severity = "warning"
)

// Alert is a state that somebody has to be told of.
type Alert struct {
	Name     string
	Severity Severity
	// Expr is PromQL: there is a fault while it has a result.
	Expr string
	// For is how long it must have one.
	For time.Duration
	// Summary is one line; Description has the value and what it means. Both
	// may use Prometheus' templates.
	Summary, Description string
	// Runbook is the page in docs/runbooks.
	Runbook string
	// Source says where it comes from.
	Source string
}

// Alerts are those that are no budget's: the guide's three, and what breaks
// without a request failing yet.
func Alerts() []Alert {
	return []Alert{
		{
			Name: "HighErrorRate", Severity: Critical, For: 5 * time.Minute, Runbook: "errors.md",
			Expr:    `sum(rate(http_requests_total{job="` + API + `",status=~"5.."}[5m])) > 0.1`,
			Summary: "The API answers with server errors",
			Description: "{{ $value | humanize }} requests a second end with a 5xx status. " +
				"The guide's limit is 0.1 a second for five minutes.",
			Source: "deployment guide, alerting configuration",
		},
		{
			Name: "SlowVectorSearch", Severity: Warning, For: 2 * time.Minute, Runbook: "vector-search.md",
			Expr:        `histogram_quantile(0.95, sum by (le) (rate(vector_search_duration_seconds_bucket{job="` + API + `"}[5m]))) > 0.1`,
			Summary:     "Searches among memories are slow",
			Description: "The 95th percentile is {{ $value | humanizeDuration }}; the guide's limit is 100 ms.",
			Source:      "deployment guide, alerting configuration (with rate, without which a quantile of counters means nothing)",
		},
		{
			Name: "DatabaseConnectionsHigh", Severity: Warning, For: 5 * time.Minute, Runbook: "database.md",
			Expr:    `sum(pg_stat_activity_count) > 0.8 * max(pg_settings_max_connections)`,
			Summary: "The database is running out of connections",
			Description: "{{ $value | humanize }} connections are open, over 80 % of what the server takes. " +
				"(The guide says 80 of what is 100 by default.)",
			Source: "deployment guide, alerting configuration",
		},
		{
			Name: "APIDown", Severity: Critical, For: 2 * time.Minute, Runbook: "down.md",
			Expr:        `absent(up{job="` + API + `"} == 1)`,
			Summary:     "No pod of the API answers",
			Description: "Prometheus reaches none of the API's pods.",
			Source:      "deployment guide, success criteria: over 99.9 % uptime",
		},
		{
			Name: "APIPodDown", Severity: Warning, For: 5 * time.Minute, Runbook: "down.md",
			Expr:        `up{job="` + API + `"} == 0`,
			Summary:     "A pod of the API does not answer",
			Description: "Prometheus cannot read the metrics of {{ $labels.pod }}.",
			Source:      "deployment guide, monitoring tasks",
		},
		{
			Name: "DatabaseDown", Severity: Critical, For: time.Minute, Runbook: "database.md",
			Expr:        `max(dependency_up{job="` + API + `",dependency="database"}) == 0`,
			Summary:     "No pod of the API reaches the database",
			Description: "Reads and writes fail with 503; liveness stays, so pods are not restarted for it.",
			Source:      "deployment guide, health checks",
		},
		{
			Name: "CacheDown", Severity: Warning, For: 2 * time.Minute, Runbook: "cache.md",
			Expr:        `max(dependency_up{job="` + API + `",dependency="cache"}) == 0`,
			Summary:     "No pod of the API reaches the cache",
			Description: "Everything works, slower: each lookup goes to the database, and limits count per pod.",
			Source:      "deployment guide, health checks",
		},
		{
			Name: "DatabasePoolExhausted", Severity: Warning, For: 2 * time.Minute, Runbook: "database.md",
			Expr:        `sum by (pod) (rate(pool_timeouts_total{job="` + API + `",pool="database"}[5m])) > 0`,
			Summary:     "Requests give up waiting for a connection to the database",
			Description: "{{ $labels.pod }}: {{ $value | humanize }} a second. The pool is too small, or its connections are held too long.",
			Source:      "deployment guide, database monitoring",
		},
		{
			Name: "CacheMemoryHigh", Severity: Warning, For: 10 * time.Minute, Runbook: "cache.md",
			Expr:        `max by (pod) (dragonfly_memory_used_bytes / dragonfly_memory_max_bytes) > 0.9`,
			Summary:     "The cache is nearly full",
			Description: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory and begins to evict.",
			Source:      "deployment guide, DragonflyDB",
		},
		{
			Name: "AuthenticationFailures", Severity: Warning, For: 10 * time.Minute, Runbook: "authentication.md",
			Expr: `sum(rate(authentications_total{job="` + API + `",result=~"forged|malformed|audience|role"}[5m]))` +
				` > 0.5 and sum(rate(authentications_total{job="` + API + `",result=~"forged|malformed|audience|role"}[5m]))` +
				` > 0.2 * sum(rate(authentications_total{job="` + API + `"}[5m]))`,
			Summary:     "Many tokens are refused",
			Description: "{{ $value | humanize }} tokens a second are forged or not for us, over a fifth of all. An attack, or a key that was changed on one side.",
			Source:      "deployment guide, monitoring tasks: authentication failures",
		},
	}
}
