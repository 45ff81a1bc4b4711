package datadog

import (
	"fmt"
	"time"

	"github.com/tripsage/infrastructure/objectives"
)

// newMonitor judges the alert's condition. Datadog waits for nothing: the time
// that a fault must last is the time that the monitor looks at.
func newMonitor(alert objectives.Alert) (Monitor, error) {
	lasts := max(alert.For, objectives.AlertWindow)
	switch when := alert.When.(type) {
	case objectives.Above:
		return above(when, lasts)
	case objectives.Zero:
		query, err := counted(when.Gauge)
		return metric("max", lasts, query, "<", 1), err
	case objectives.Excess:
		// Both conditions in one: enough events above the share.
		part, err := counted(when.Part)
		if err != nil {
			return Monitor{}, err
		}
		whole, err := counted(when.Whole)
		return metric("sum", lasts, fmt.Sprintf("%s - %g * %s", part, when.Share, whole), ">", when.Rate*lasts.Seconds()), err
	case objectives.Unreachable:
		if when.All {
			return silent(lasts)
		}
		return unreachable(lasts), nil
	}
	return Monitor{}, fmt.Errorf("a condition of type %T: Datadog is not asked for it yet", alert.When)
}

func above(when objectives.Above, lasts time.Duration) (Monitor, error) {
	switch m := when.Measure.(type) {
	case objectives.Rate:
		query, err := counted(m)
		return metric("sum", lasts, query, ">", when.Limit*lasts.Seconds()), err
	case objectives.Quantile:
		// A percentile is above a bound when fewer than its share are below it.
		share := objectives.Share{
			Part:  objectives.Slow{Series: m.Series, Limit: time.Duration(when.Limit * float64(time.Second))},
			Whole: objectives.Rate{Series: objectives.Series{Metric: m.Metric + "_count", Label: m.Label, Values: m.Values}},
		}
		query, err := counted(share)
		return metric("sum", lasts, query, ">", 1-m.Share), err
	}
	return Monitor{}, fmt.Errorf("a limit for a %T: Datadog is not asked for it yet", when.Measure)
}

// metric compares what a query has over the time with a limit, whose number has
// to be the threshold as well.
func metric(over string, lasts time.Duration, query, compare string, limit float64) Monitor {
	limit = exact(limit)
	return Monitor{
		Type:    Query,
		Query:   fmt.Sprintf("%s(last_%s):%s %s %g", over, window(lasts), query, compare, limit),
		Options: Options{Thresholds: Thresholds{Critical: limit}},
	}
}

// silent is that no pod's metrics arrive; then there are none to compare.
func silent(lasts time.Duration) (Monitor, error) {
	query, err := counted(objectives.Gauge{Series: objectives.All("build_info"), How: "sum"})
	m := metric("max", lasts, query, "<", 1)
	m.Options.NotifyNoData, m.Options.NoDataTimeframe = true, 2*int(lasts.Minutes()) // the least that Datadog takes
	return m, err
}

// interval is that of the agent's checks.
const interval = 15 * time.Second

// unreachable counts checks of a pod that failed one after the other; Datadog
// takes 100 at most, and wants to see one more than that.
func unreachable(lasts time.Duration) Monitor {
	failed, ok := float64(lasts/interval), float64(1)
	return Monitor{
		Type: ServiceCheck,
		Query: fmt.Sprintf(`"%s.openmetrics.health".over("service:%s","env:%s").by("endpoint").last(%g).count_by_status()`,
			Namespace, objectives.API, Environment, failed+1),
		Options: Options{Thresholds: Thresholds{Critical: failed, OK: &ok}},
	}
}
