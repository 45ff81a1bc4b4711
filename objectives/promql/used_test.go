package promql_test

import (
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/promql"
	"github.com/tripsage/infrastructure/objectives/rules"
	"github.com/tripsage/infrastructure/service"
	apimetrics "github.com/tripsage/infrastructure/service/metrics"
)

// deliberate are metrics of the service that nothing asks for, and why they
// are there. "*" stands for any ending.
var deliberate = map[string]string{
	"go_*":      "the Go runtime's own: memory, garbage collection and threads, for whoever looks into one process",
	"process_*": "client_golang's set of what any process has; dashboards show some of it",
}

// used are all expressions with their selectors.
func used(t *testing.T, speed int) map[string][]promql.Selector {
	t.Helper()
	groups := rules.Groups(rules.Options{Speed: speed})
	all := map[string][]promql.Selector{}
	for _, e := range append(promql.OfRules(groups), promql.OfBoards(objectives.Boards())...) {
		found, err := promql.Selectors(e.Expr)
		require.NoError(t, err, e.Owner)
		require.NotEmpty(t, found, e.Owner)
		all[e.Owner+": "+e.Expr] = found
	}
	require.Greater(t, len(all), 80)
	return all
}

// What is asked for by a recorded name is recorded, in a drill, too; and what is
// recorded is asked for.
func TestRecordedSeriesAreThoseThatAreUsed(t *testing.T) {
	for _, speed := range []int{1, 30} {
		asked := map[string]bool{}
		recorded := map[string]map[string]string{}
		for _, group := range rules.Groups(rules.Options{Speed: speed}) {
			for _, rule := range group.Rules {
				if rule.Record != "" {
					recorded[rule.Record+" of "+rule.Labels["slo"]] = rule.Labels
				}
			}
		}
		for owner, selectors := range used(t, speed) {
			for _, s := range selectors {
				if !strings.Contains(s.Name, ":") {
					continue
				}
				found := false
				for series, labels := range recorded {
					if name, _, _ := strings.Cut(series, " "); s.Matches(name, labels) {
						found, asked[series] = true, true
					}
				}
				assert.True(t, found, "speed %d: %s asks for %s, which no rule records", speed, owner, s)
			}
		}
		for series := range recorded {
			assert.True(t, asked[series], "speed %d: %s is recorded for nobody", speed, series)
		}
	}
}

// exported are the series of a service that has done one of everything, by name.
func exported(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	registry := apimetrics.New(service.BuildInfo{Version: "v1", Commit: "c", GoVersion: "go"})
	requests, observer := apimetrics.NewHTTP(registry), apimetrics.NewObserver(registry)
	for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
		requests.Begin()
		requests.End(service.RequestRecord{Method: "GET", Route: "/trips", Status: status})
	}
	for _, name := range []string{"database", "cache"} {
		registry.AddPool(name, func() service.PoolStats { return service.PoolStats{} })
		_, end := observer.Operation(t.Context(), name, "memories.search")
		end(&service.Error{Code: service.CodeInternal})
	}
	registry.AddDependencies(func() (service.Report, bool) {
		return service.Report{Dependencies: []service.DependencyReport{{Name: "database"}, {Name: "cache"}}}, true
	})
	answer := httptest.NewRecorder()
	registry.Handler(log.New(io.Discard, "", 0)).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	require.NoError(t, err)
	require.Greater(t, len(families), 40)
	return families
}

// added are the labels that Prometheus adds to every series of the API's pods.
var added = map[string]string{"job": objectives.API, "pod": "api-1", "namespace": "tripsage"}

// picks tells whether the selector finds a series of the family.
func picks(s promql.Selector, family *dto.MetricFamily) bool {
	for _, one := range family.Metric {
		labels := maps.Clone(added)
		for _, pair := range one.Label {
			labels[pair.GetName()] = pair.GetValue()
		}
		if family.GetType() != dto.MetricType_HISTOGRAM {
			if s.Matches(family.GetName(), labels) {
				return true
			}
			continue
		}
		if s.Matches(family.GetName()+"_count", labels) || s.Matches(family.GetName()+"_sum", labels) {
			return true
		}
		for _, bucket := range one.Histogram.Bucket {
			labels["le"] = model.FloatString(bucket.GetUpperBound()).String()
			if s.Matches(family.GetName()+"_bucket", labels) {
				return true
			}
		}
	}
	return false
}

// Each selector of the API's series, with every value of its conditions, finds
// one that the service exports; and what it exports is for something.
func TestServiceExportsWhatIsUsed(t *testing.T) {
	families, asked := exported(t), map[string]bool{}
	for owner, selectors := range used(t, 1) {
		for _, s := range selectors {
			if !slices.Contains(s.Matchers, promql.Matcher{Label: "job", Op: "=", Value: objectives.API}) || s.Name == "up" {
				assert.Nil(t, families[s.Name], "%s: %s without the API's job", owner, s)
				continue
			}
			for _, one := range apart(s) {
				found := false
				for name, family := range families {
					if picks(one, family) {
						found, asked[name] = true, true
					}
				}
				assert.True(t, found, "%s: the service exports nothing like %s", owner, one)
			}
		}
	}
	for name := range families {
		_, listed := deliberate[name]
		prefix, _, _ := strings.Cut(name, "_")
		if !listed {
			_, listed = deliberate[prefix+"_*"]
		}
		assert.True(t, asked[name] || listed, "nothing asks for %s", name)
	}
}

// apart has a selector for each value of a="b|c".
func apart(s promql.Selector) []promql.Selector {
	for i, m := range s.Matchers {
		if m.Op != "=~" || !strings.Contains(m.Value, "|") {
			continue
		}
		var all []promql.Selector
		for value := range strings.SplitSeq(m.Value, "|") {
			one := promql.Selector{Name: s.Name, Matchers: slices.Clone(s.Matchers)}
			one.Matchers[i] = promql.Matcher{Label: m.Label, Op: "=~", Value: value}
			all = append(all, apart(one)...)
		}
		return all
	}
	return []promql.Selector{s}
}

// Whatever a runbook tells people to look at is a metric that a rule, an alert or
// a panel asks for, too: those are tried on a live stack.
func TestRunbooksNameMetricsThatAreUsed(t *testing.T) {
	asked := map[string]bool{}
	for _, selectors := range used(t, 1) {
		for _, s := range selectors {
			asked[s.Name], asked[strings.TrimSuffix(s.Name, "_count")] = true, true
		}
	}
	pages, err := filepath.Glob("../../docs/runbooks/*.md")
	require.NoError(t, err)
	code := regexp.MustCompile("`[^`\n]+`")
	metric := regexp.MustCompile(`\b(?:slo:[\w:]+|[a-z_]+_(?:total|seconds|bytes|up|info)|(?:pool|websocket)_connections)\b`)
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page) // #nosec G304 -- our own
		require.NoError(t, err)
		for _, span := range code.FindAllString(string(text), -1) {
			for _, name := range metric.FindAllString(span, -1) {
				found++
				assert.True(t, asked[name], "%s: %s", filepath.Base(page), name)
			}
		}
	}
	require.Greater(t, found, 20)
}
