package monitoring

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/tripsage/infrastructure/objectives"
)

// events are series of so many events a second in which that share is bad, for each objective.
func events(id string, rate, share float64, lasts time.Duration) []series {
	bad, good := rate*share, rate*(1-share)
	pair := func(name, badLabel, goodLabel string) []series {
		return []series{
			counter(name+`{`+labels+`,`+goodLabel+`}`, fault(rate, good, lasts)...),
			counter(name+`{`+labels+`,`+badLabel+`}`, fault(0, bad, lasts)...),
		}
	}
	switch id {
	case "availability":
		return pair("http_requests_total", `status="503"`, `status="200"`)
	case "latency":
		return durations("http_request_duration_seconds", "0.5", rate, good, lasts)
	case "vector_search":
		return durations("vector_search_duration_seconds", "0.1", rate, good, lasts)
	case "cache_hits":
		return pair("cache_requests_total", `result="miss"`, `result="hit"`)
	case "websockets":
		return pair("websocket_closed_total", `reason="slow"`, `reason="client"`)
	default:
		panic("no events for objective " + id)
	}
}

// A budget that burns faster than the pair of windows allows is told of, one
// that burns a little slower is not, and the alert ends with its short window.
func TestEveryBurnFiresAndRecovers(t *testing.T) {
	for _, burn := range objectives.Burns() {
		t.Run(model.Duration(burn.Long).String(), func(t *testing.T) {
			t.Parallel()
			interval := min(max(15*time.Second, burn.Short/20), 4*time.Minute) // a sample is forgotten after five
			// As long as the long window, because before the fault nothing was bad.
			lasts := burn.Long + burn.Short
			var tests []test
			for _, o := range objectives.Objectives() {
				limit := burn.Factor * o.Budget()
				if limit >= 0.9 {
					t.Fatalf("%s cannot burn %g times too fast", o.ID, burn.Factor)
				}
				s := story{
					alert: burning(o, burn), lasts: lasts, heals: burn.Short + 2*interval,
					bad: events(o.ID, 100, limit*1.1, lasts), below: events(o.ID, 100, limit*0.9, lasts),
				}
				tests = append(tests, s.tests(interval)...)
			}
			promtool(t, interval, tests)
		})
	}
}

// With little traffic a few bad events are a great share, and nobody is told of them.
func TestFewBadEventsAreNoBurn(t *testing.T) {
	t.Parallel()
	burn, interval := objectives.Burns()[0], 15*time.Second
	lasts := burn.Long + burn.Short
	var tests []test
	for _, o := range objectives.Objectives() {
		share := burn.Factor * o.Budget() * 1.1
		seldom := float64(o.Fewest) / share / burn.Long.Seconds() // so many that the bad ones are just enough
		s := story{
			alert: burning(o, burn), lasts: lasts, heals: burn.Short + 2*interval,
			bad: events(o.ID, seldom*1.1, share, lasts), below: events(o.ID, seldom*0.9, share, lasts),
		}
		tests = append(tests, s.tests(interval)...)
	}
	promtool(t, interval, tests)
}

// burning is the alert of that burn, as a selector.
func burning(o objectives.Objective, burn objectives.Burn) string {
	severity := burn.Severity
	if !o.Urgent {
		severity = objectives.Warning
	}
	return fmt.Sprintf(`ErrorBudgetBurn{slo=%q,severity=%q,window=%q}`, o.ID, severity, model.Duration(burn.Long))
}
