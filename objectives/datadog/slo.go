package datadog

import (
	"fmt"

	"github.com/tripsage/infrastructure/objectives"
)

// SLO is a service level objective of Datadog, by metrics.
type SLO struct {
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Description string      `json:"description"`
	Tags        []string    `json:"tags"`
	Query       Ratio       `json:"query"`
	Thresholds  []Threshold `json:"thresholds"`
}

// Ratio is of good events to all.
type Ratio struct {
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
}

// Threshold is a target in percent over a time.
type Threshold struct {
	Timeframe string  `json:"timeframe"`
	Target    float64 `json:"target"`
}

// Period of objectives.Period, in Datadog's words: it knows 7d, 30d and 90d.
const period = "30d"

// SLOs are all objectives.
func SLOs() ([]SLO, error) {
	var all []SLO
	for _, o := range objectives.Objectives() {
		good, err := good(o)
		if err != nil {
			return nil, fmt.Errorf("objective %s: %w", o.ID, err)
		}
		total, err := counted(o.Events)
		if err != nil {
			return nil, fmt.Errorf("objective %s: %w", o.ID, err)
		}
		all = append(all, SLO{
			Name: sloName(o), Type: "metric", Description: o.Promise, Tags: labels(),
			Query:      Ratio{Numerator: good, Denominator: total},
			Thresholds: []Threshold{{Timeframe: period, Target: exact(o.Target * 100)}},
		})
	}
	return all, nil
}

func sloName(o objectives.Objective) string { return "TripSage: " + o.Title }

// good are the events that are no faults: their own query, because faults that
// have not happened have no series to subtract.
func good(o objectives.Objective) (string, error) {
	a := asked{scope: "env:" + Environment, as: ".as_count()"}
	switch faults := o.Faults.(type) {
	case objectives.Rate:
		a.formula = a.query("sum", name(faults.Metric), others(faults.Series))
	case objectives.Slow:
		a.formula = a.query("sum", name(faults.Metric+"_bucket"), within(faults))
	default:
		return "", fmt.Errorf("good events beside a %T: Datadog is not asked for them yet", faults)
	}
	return a.inline(), nil
}

// labels are on everything that is loaded.
func labels(more ...string) []string {
	return append([]string{Tag, "service:" + objectives.API, "env:" + Environment}, more...)
}
