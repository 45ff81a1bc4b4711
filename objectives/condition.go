package objectives

import "fmt"

// Above holds while a measure is above a limit.
type Above struct {
	Measure
	Limit float64
}

// PromQL is part of Measure.
func (a Above) PromQL() string { return fmt.Sprintf("%s > %g", a.Measure.PromQL(), a.Limit) }

// Zero holds while a gauge is 0.
type Zero struct{ Gauge }

// PromQL is part of Measure.
func (z Zero) PromQL() string { return z.Gauge.PromQL() + " == 0" }

// Excess holds while there are many events, and they are a large share of all.
type Excess struct {
	Part, Whole Rate
	// Rate is how many a second are many.
	Rate, Share float64
}

// PromQL is part of Measure.
func (e Excess) PromQL() string {
	part := e.Part.PromQL()
	return fmt.Sprintf("%s > %g and %s > %g * %s", part, e.Rate, part, e.Share, e.Whole.PromQL())
}

// Unreachable holds while the metrics of one of the API's pods cannot be read,
// or those of none.
type Unreachable struct{ All bool }

// PromQL is part of Measure.
func (u Unreachable) PromQL() string {
	if u.All {
		return `absent(up{job="` + API + `"} == 1)`
	}
	return `up{job="` + API + `"} == 0`
}
