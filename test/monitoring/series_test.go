package monitoring

import (
	"fmt"
	"strings"
	"time"
)

// phase is a time in which a series behaves in one way: a counter rises by so
// much a second, a gauge has the value.
type phase struct {
	lasts time.Duration
	value float64
}

// series is one input of promtool's tests.
type series struct {
	name    string
	counter bool
	phases  []phase
}

// values are in promtool's notation.
func (s series) values(interval time.Duration) string {
	var parts []string
	at := 0.0
	for _, p := range s.phases {
		steps := int(p.lasts / interval)
		if !s.counter {
			parts = append(parts, fmt.Sprintf("%gx%d", p.value, steps-1))
			continue
		}
		step := p.value * interval.Seconds()
		parts = append(parts, fmt.Sprintf("%g+%gx%d", at+step, step, steps-1))
		at += step * float64(steps)
	}
	return strings.Join(parts, " ")
}

func counter(name string, phases ...phase) series { return series{name, true, phases} }
func gauge(name string, phases ...phase) series   { return series{name, false, phases} }

// quietly is how long all is well before and after the fault.
const quietly = 30 * time.Minute

// fault is well, then the value, then well again.
func fault(well, bad float64, lasts time.Duration) []phase {
	return []phase{{quietly, well}, {lasts, bad}, {quietly + lasts, well}}
}
