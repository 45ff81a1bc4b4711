package objectives

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Measure is something to draw, to promise or to alert on, for whoever measures.
// It knows how Prometheus is asked; package datadog knows how Datadog is.
type Measure interface {
	// PromQL has Window where a window belongs.
	PromQL() string
}

// Series are samples of a metric of the API's pods.
type Series struct {
	Metric string
	// Label, if there is one, has one of Values, in which ? is any character.
	Label  string
	Values []string
}

// With is the series of a metric whose label has one of the values.
func With(metric, label string, values ...string) Series {
	return Series{Metric: metric, Label: label, Values: values}
}

// All are all series of a metric.
func All(metric string) Series { return Series{Metric: metric} }

// selector is PromQL's, of the metric with a suffix and further matchers.
func (s Series) selector(suffix string, more ...string) string {
	matchers := []string{`job="` + API + `"`}
	if values := strings.ReplaceAll(strings.Join(s.Values, "|"), "?", "."); strings.ContainsAny(values, "|.") {
		matchers = append(matchers, fmt.Sprintf("%s=~%q", s.Label, values))
	} else if s.Label != "" {
		matchers = append(matchers, fmt.Sprintf("%s=%q", s.Label, values))
	}
	return s.Metric + suffix + "{" + strings.Join(append(matchers, more...), ",") + "}"
}

// Version is the label of measures by release. Metrics do not have it: it comes
// from the pod's build_info.
const Version = "version"

// rate is the sum of rates by labels.
func rate(selector string, by ...string) string {
	inner := "rate(" + selector + "[" + Window + "])"
	if strings.Contains(strings.Join(by, ","), Version) {
		inner += " * on (pod) group_left (version) " + All("build_info").selector("")
	}
	return sum("sum", inner, by...)
}

func sum(how, inner string, by ...string) string {
	var labels []string
	for _, label := range by {
		if label != "" {
			labels = append(labels, label)
		}
	}
	if len(labels) == 0 {
		return how + "(" + inner + ")"
	}
	return how + " by (" + strings.Join(labels, ", ") + ") (" + inner + ")"
}

// Rate are events a second of a counter, by a label or all together.
type Rate struct {
	Series
	By string
	// Hourly are events an hour.
	Hourly bool
}

// PromQL is part of Measure.
func (r Rate) PromQL() string {
	if r.Hourly {
		return "3600 * " + rate(r.selector(""), r.By)
	}
	return rate(r.selector(""), r.By)
}

// Slow are events a second that took longer than Limit, which is a bound of the
// histogram's.
type Slow struct {
	Series
	Limit time.Duration
}

// PromQL is part of Measure.
func (s Slow) PromQL() string {
	le := fmt.Sprintf("le=%q", strconv.FormatFloat(s.Limit.Seconds(), 'g', -1, 64))
	return rate(s.selector("_count")) + " - " + rate(s.selector("_bucket", le))
}

// Gauge is a value of the pods: of each one, or put together.
type Gauge struct {
	Series
	// How is sum or max; empty: each series by itself.
	How string
	// By are labels that tell the results apart.
	By []string
}

// PromQL is part of Measure.
func (g Gauge) PromQL() string {
	if g.How == "" {
		return g.selector("")
	}
	return sum(g.How, g.selector(""), g.By...)
}

// Quantile is that of a histogram, by a label or of all.
type Quantile struct {
	Series
	Share float64
	By    string
	// Top are the highest ones only, if it is not 0.
	Top int
}

// PromQL is part of Measure.
func (q Quantile) PromQL() string {
	expr := fmt.Sprintf("histogram_quantile(%g, %s)", q.Share, rate(q.selector("_bucket"), "le", q.By))
	if q.Top > 0 {
		expr = fmt.Sprintf("topk(%d, %s)", q.Top, expr)
	}
	return expr
}

// Share is a part of a whole.
type Share struct{ Part, Whole Measure }

// PromQL is part of Measure.
func (s Share) PromQL() string {
	part := s.Part.PromQL()
	// What has not happened yet has no series, and is 0.
	if r, ok := s.Part.(Rate); ok && len(r.Values) > 0 {
		zero := "vector(0)"
		if r.By != "" {
			zero = "0 * " + s.Whole.PromQL()
		}
		part = "(" + part + " or " + zero + ")"
	}
	return part + " / " + s.Whole.PromQL()
}
