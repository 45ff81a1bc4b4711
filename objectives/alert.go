package objectives

import (
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// Severity says who is told.
type Severity string

// The severities, as the deployment guide has them.
const (
	// Critical wakes somebody.
	Critical Severity = "critical"
	// Warning is for working hours.
	Warning Severity = "warning"
)

// AlertWindow is what rates of alerts look at.
const AlertWindow = 5 * time.Minute

// Alert is a state that somebody has to be told of.
type Alert struct {
	Name     string
	Severity Severity
	// When holds while there is a fault. Nil: only Prometheus can see it.
	When Measure
	// Expr is PromQL, which has a result while there is a fault: that of When.
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
	refused := With("authentications_total", "result", "forged", "malformed", "audience", "role")
	all := []Alert{
		{
			Name: "HighErrorRate", Severity: Critical, For: 5 * time.Minute, Runbook: "errors.md",
			When:    Above{Rate{Series: With("http_requests_total", "status", "5??")}, 0.1},
			Summary: "The API answers with server errors",
			Description: "{{ $value | humanize }} requests a second end with a 5xx status. " +
				"The guide's limit is 0.1 a second for five minutes.",
			Source: "deployment guide, alerting configuration",
		},
		{
			Name: "SlowVectorSearch", Severity: Warning, For: 2 * time.Minute, Runbook: "vector-search.md",
			When:        Above{Quantile{Series: All("vector_search_duration_seconds"), Share: LatencyTarget}, VectorLimit.Seconds()},
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
			When:        Unreachable{All: true},
			Summary:     "No pod of the API answers",
			Description: "Prometheus reaches none of the API's pods.",
			Source:      "deployment guide, success criteria: over 99.9 % uptime",
		},
		{
			Name: "APIPodDown", Severity: Warning, For: 5 * time.Minute, Runbook: "down.md",
			When:        Unreachable{},
			Summary:     "A pod of the API does not answer",
			Description: "Prometheus cannot read the metrics of {{ $labels.pod }}.",
			Source:      "deployment guide, monitoring tasks",
		},
		{
			Name: "DatabaseDown", Severity: Critical, For: time.Minute, Runbook: "database.md",
			When:        Zero{Gauge{Series: With("dependency_up", "dependency", "database"), How: "max"}},
			Summary:     "No pod of the API reaches the database",
			Description: "Reads and writes fail with 503; liveness stays, so pods are not restarted for it.",
			Source:      "deployment guide, health checks",
		},
		{
			Name: "CacheDown", Severity: Warning, For: 2 * time.Minute, Runbook: "cache.md",
			When:        Zero{Gauge{Series: With("dependency_up", "dependency", "cache"), How: "max"}},
			Summary:     "No pod of the API reaches the cache",
			Description: "Everything works, slower: each lookup goes to the database, and limits count per pod.",
			Source:      "deployment guide, health checks",
		},
		{
			Name: "DatabasePoolExhausted", Severity: Warning, For: 2 * time.Minute, Runbook: "database.md",
			When:        Above{Rate{Series: With("pool_timeouts_total", "pool", "database"), By: "pod"}, 0},
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
			When:        Excess{Part: Rate{Series: refused}, Whole: Rate{Series: All(refused.Metric)}, Rate: 0.5, Share: 0.2},
			Summary:     "Many tokens are refused",
			Description: "{{ $value | humanize }} tokens a second are forged or not for us, over a fifth of all. An attack, or a key that was changed on one side.",
			Source:      "deployment guide, monitoring tasks: authentication failures",
		},
	}
	for i, a := range all {
		if a.When != nil {
			all[i].Expr = strings.ReplaceAll(a.When.PromQL(), Window, model.Duration(AlertWindow).String())
		}
	}
	return all
}
