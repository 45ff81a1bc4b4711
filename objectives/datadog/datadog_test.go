package datadog_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/datadog"
	"github.com/tripsage/infrastructure/objectives/promql"
)

const runbooks = "https://example.com/runbooks/"

// What Datadog's API says of queries (POST /api/v1/monitor, "Query Types").
var (
	metricAlert = regexp.MustCompile(`^(?:sum|max)\(last_(?:5m|10m|15m|30m|1h|2h|4h|1d)\):(.+) [<>] ([0-9.]+)$`)
	check       = regexp.MustCompile(`^"tripsage\.openmetrics\.health"\.over\("service:tripsage-api","env:production"\)\.by\("endpoint"\)\.last\((\d+)\)\.count_by_status\(\)$`)
	burn        = regexp.MustCompile(`^burn_rate\("@slo:([^@"]+)@"\)\.over\("30d"\)\.long_window\("(?:1|6|24)h"\)\.short_window\("(?:5m|30m|2h)"\) > ([0-9.]+)$`)
	query       = regexp.MustCompile(`(?:sum|max|avg):tripsage\.([a-z0-9_]+)(?:\.(count|sum|bucket))?\{([^{}]+)\}(?: by \{[a-z_,]+\})?(?:\.as_(?:count|rate)\(\))?`)
)

func monitors(t *testing.T) map[string]datadog.Monitor {
	t.Helper()
	list, err := datadog.Monitors(runbooks)
	require.NoError(t, err)
	all := map[string]datadog.Monitor{}
	for _, m := range list {
		assert.NotContains(t, all, m.Name, "load.sh finds monitors by their names")
		all[m.Name] = m
	}
	return all
}

// A monitor whose threshold is another number than its query's is refused by
// the API, and so is a query of another form.
func TestMonitorsHaveTheFormThatTheAPITakes(t *testing.T) {
	slos, err := datadog.SLOs()
	require.NoError(t, err)
	var names []string
	for _, slo := range slos {
		names = append(names, slo.Name)
	}
	for name, m := range monitors(t) {
		assert.Contains(t, m.Tags, datadog.Tag, name)
		assert.Contains(t, m.Message, "Runbook: "+runbooks, name)
		assert.Contains(t, []int{1, 3}, m.Priority, name)
		assert.NotContains(t, m.Message, "{{", "%s: Prometheus' templates say nothing here", name)
		var limit string
		switch m.Type {
		case datadog.Query:
			parts := metricAlert.FindStringSubmatch(m.Query)
			require.NotNil(t, parts, m.Query)
			assert.Empty(t, regexp.MustCompile(`[a-z]{2,}`).FindString(strings.ReplaceAll(query.ReplaceAllString(parts[1], ""), "default_zero", "")), "%s: more than queries and numbers", m.Query)
			limit = parts[2]
		case datadog.Burn:
			parts := burn.FindStringSubmatch(m.Query)
			require.NotNil(t, parts, m.Query)
			assert.Contains(t, names, parts[1])
			limit = parts[2]
		case datadog.ServiceCheck:
			parts := check.FindStringSubmatch(m.Query)
			require.NotNil(t, parts, m.Query)
			last, err := strconv.ParseFloat(parts[1], 64)
			require.NoError(t, err)
			assert.LessOrEqual(t, last, 101.0)
			assert.Greater(t, last, m.Options.Thresholds.Critical)
			continue
		default:
			t.Errorf("%s: type %q", name, m.Type)
		}
		number, err := strconv.ParseFloat(limit, 64)
		require.NoError(t, err)
		assert.InDelta(t, number, m.Options.Thresholds.Critical, 0, name)
	}
}

// Both ask for the same: what PromQL selects, Datadog's query does, too.
func TestMonitorsAskForWhatTheAlertsAskFor(t *testing.T) {
	have := monitors(t)
	for _, alert := range objectives.Alerts() {
		m, there := have["TripSage: "+alert.Name]
		assert.Equal(t, alert.When != nil, there, alert.Name)
		if _, reachable := alert.When.(objectives.Unreachable); !there || reachable {
			continue // Prometheus' own metric of what it reads
		}
		assert.Equal(t, asked(t, alert.Expr), answered(m.Query), alert.Name)
		assert.Contains(t, m.Tags, "severity:"+string(alert.Severity))
	}
}

var suffix = regexp.MustCompile(`_(total|count|sum|bucket)$`)

// asked are metrics and conditions of PromQL: "http_requests status:5".
func asked(t *testing.T, expr string) []string {
	t.Helper()
	selectors, err := promql.Selectors(expr)
	require.NoError(t, err)
	var all []string
	for _, s := range selectors {
		text := suffix.ReplaceAllString(s.Name, "")
		for _, m := range s.Matchers {
			if m.Label != "job" && m.Label != "le" {
				text += " " + m.Label + ":" + strings.ReplaceAll(strings.TrimRight(m.Value, "."), "|", ",")
			}
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// answered is the same of Datadog's.
func answered(text string) []string {
	var all []string
	for _, part := range query.FindAllStringSubmatch(text, -1) {
		words := part[1]
		for _, condition := range strings.Split(part[3], " AND ")[2:] {
			if !strings.HasPrefix(condition, "upper_bound:") {
				words += " " + strings.NewReplacer(" IN (", ":", ")", "", "*", "").Replace(condition)
			}
		}
		all = append(all, words)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestTextsOfMonitors(t *testing.T) {
	have := monitors(t)
	for name, want := range map[string]string{
		"HighErrorRate":    `sum(last_5m):sum:tripsage.http_requests.count{service:tripsage-api AND env:production AND status:5*}.as_count() > 30`,
		"SlowVectorSearch": `sum(last_5m):(sum:tripsage.vector_search_duration_seconds.count{service:tripsage-api AND env:production}.as_count() - sum:tripsage.vector_search_duration_seconds.bucket{service:tripsage-api AND env:production AND upper_bound:0.1}.as_count()) / sum:tripsage.vector_search_duration_seconds.count{service:tripsage-api AND env:production}.as_count() > 0.05`,
		"APIDown":          `max(last_5m):sum:tripsage.build_info{service:tripsage-api AND env:production} < 1`,
		"DatabaseDown":     `max(last_5m):max:tripsage.dependency_up{service:tripsage-api AND env:production AND dependency:database} < 1`,
	} {
		assert.Equal(t, want, have["TripSage: "+name].Query)
	}
	assert.True(t, have["TripSage: APIDown"].Options.NotifyNoData, "no pod, no metric")
	assert.GreaterOrEqual(t, have["TripSage: APIDown"].Options.NoDataTimeframe, 10, "twice the window, at least")
	assert.Contains(t, have["TripSage: DatabasePoolExhausted"].Query, " by {endpoint}.as_count()")
}

func TestSLOs(t *testing.T) {
	slos, err := datadog.SLOs()
	require.NoError(t, err)
	require.Len(t, slos, len(objectives.Objectives()))
	for i, o := range objectives.Objectives() {
		slo := slos[i]
		assert.Equal(t, "metric", slo.Type)
		assert.Equal(t, "30d", slo.Thresholds[0].Timeframe)
		assert.InDelta(t, o.Target*100, slo.Thresholds[0].Target, 1e-9)
		for _, text := range []string{slo.Query.Numerator, slo.Query.Denominator} {
			assert.Empty(t, query.ReplaceAllString(text, ""), text)
			assert.Contains(t, text, ".as_count()", "the API takes counts only")
		}
	}
	assert.Contains(t, slos[0].Query.Numerator, "AND NOT status:5*}")
	assert.Contains(t, slos[1].Query.Numerator, "duration_seconds.bucket{service:tripsage-api AND env:production AND upper_bound:0.5}")
	assert.Contains(t, slos[3].Query.Numerator, "AND result NOT IN (miss,bypass)}")
	assert.Equal(t, fmt.Sprint(99.9), fmt.Sprint(slos[0].Thresholds[0].Target), "no digits of floating point")
}
