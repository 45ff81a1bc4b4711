package datadog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/objectives"
)

// asked is a measure as Datadog is asked for it: a formula of queries, whose
// places are %[1]s and so on.
type asked struct {
	formula string
	queries []string
	// scope are the tags of all queries, and as what counts are made to.
	scope, as string
}

// counted asks for numbers of events, for monitors and objectives.
func counted(m objectives.Measure) (string, error) {
	a := asked{scope: "env:" + Environment, as: ".as_count()"}
	err := a.measure(m)
	return a.inline(), err
}

// drawn asks for events a second, of the environment that is chosen.
func drawn(m objectives.Measure) (asked, error) {
	a := asked{scope: "$env", as: ".as_rate()"}
	err := a.measure(m)
	return a, err
}

// inline has the queries in their places.
func (a *asked) inline() string { return a.fill(a.queries) }

func (a *asked) fill(places []string) string {
	values := make([]any, len(places))
	for i, place := range places {
		values[i] = place
	}
	return fmt.Sprintf(a.formula, values...)
}

func (a *asked) measure(m objectives.Measure) (err error) {
	a.formula, err = a.form(m)
	return err
}

func (a *asked) form(m objectives.Measure) (string, error) {
	switch m := m.(type) {
	case objectives.Rate:
		count := a.query("sum", name(m.Metric), tags(m.Series), m.By)
		if m.Hourly {
			return "3600 * " + count, nil
		}
		return count, nil
	case objectives.Gauge:
		how := m.How
		if how == "" {
			how = "avg"
		}
		return a.query(how, name(m.Metric), tags(m.Series), m.By...), nil
	case objectives.Slow:
		all := a.query("sum", name(m.Metric+"_count"), tags(m.Series))
		return "(" + all + " - " + a.query("sum", name(m.Metric+"_bucket"), within(m)) + ")", nil
	case objectives.Quantile:
		sum := a.query("sum", name(m.Metric+"_sum"), tags(m.Series), m.By)
		mean := sum + " / " + a.query("sum", name(m.Metric+"_count"), tags(m.Series), m.By)
		if m.Top > 0 {
			return fmt.Sprintf("top(%s, %d, 'mean', 'desc')", mean, m.Top), nil
		}
		return mean, nil
	case objectives.Share:
		return a.share(m)
	}
	return "", fmt.Errorf("a measure of type %T: Datadog is not asked for it yet", m)
}

// share counts what has not happened yet, and has no series, as 0.
func (a *asked) share(m objectives.Share) (string, error) {
	part, err := a.form(m.Part)
	if err != nil {
		return "", err
	}
	whole, err := a.form(m.Whole)
	if r, ok := m.Part.(objectives.Rate); ok && r.Label != "" {
		part = "default_zero(" + part + ")"
	}
	return part + " / " + whole, err
}

// query is a query's place in the formula.
func (a *asked) query(how, metric string, filter []string, by ...string) string {
	scope := strings.Join(append([]string{"service:" + objectives.API, a.scope}, filter...), " AND ")
	text := how + ":" + metric + "{" + scope + "}" + grouped(by)
	for _, kind := range []string{".count", ".sum", ".bucket"} {
		if strings.HasSuffix(metric, kind) {
			text += a.as
		}
	}
	if i := slices.Index(a.queries, text); i >= 0 {
		return fmt.Sprintf("%%[%d]s", i+1)
	}
	a.queries = append(a.queries, text)
	return fmt.Sprintf("%%[%d]s", len(a.queries))
}

func grouped(by []string) string {
	var all []string
	for _, label := range by {
		if label == "pod" {
			label = "endpoint"
		}
		if label != "" {
			all = append(all, label)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " by {" + strings.Join(all, ",") + "}"
}

// name is the metric's as the check sends it.
func name(metric string) string {
	for suffix, kind := range map[string]string{"_total": ".count", "_count": ".count", "_sum": ".sum", "_bucket": ".bucket"} {
		if base, ok := strings.CutSuffix(metric, suffix); ok {
			return Namespace + "." + base + kind
		}
	}
	return Namespace + "." + metric
}

// tags pick the series. https://docs.datadoghq.com/metrics/advanced-filtering/
// has the words and the wildcard.
func tags(s objectives.Series) []string {
	if s.Label == "" {
		return nil
	}
	if len(s.Values) > 1 {
		return []string{s.Label + " IN (" + strings.Join(s.Values, ",") + ")"}
	}
	return []string{s.Label + ":" + wild(s.Values[0])}
}

// others pick the rest of the metric's series.
func others(s objectives.Series) []string {
	if len(s.Values) > 1 {
		return []string{s.Label + " NOT IN (" + strings.Join(s.Values, ",") + ")"}
	}
	return []string{"NOT " + s.Label + ":" + wild(s.Values[0])}
}

// wild has * for any characters at the end: Datadog knows no ?.
func wild(value string) string {
	if short := strings.TrimRight(value, "?"); short != value {
		return short + "*"
	}
	return value
}

// within picks the events that were fast enough.
func within(s objectives.Slow) []string {
	return append(tags(s.Series), "upper_bound:"+strconv.FormatFloat(s.Limit.Seconds(), 'g', -1, 64))
}

// exact has no digits that are only floating point's.
func exact(n float64) float64 {
	value, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 6, 64), 64)
	if err != nil {
		return n // not a number: it stays what it was
	}
	return value
}
