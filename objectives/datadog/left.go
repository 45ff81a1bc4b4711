package datadog

import (
	"fmt"
	"strings"

	"github.com/tripsage/infrastructure/objectives"
)

// Missing is what Prometheus has and Datadog has not.
type Missing struct{ What, Why string }

// reasons are by what is asked for.
func reasons() map[string]string {
	return map[string]string{
		"pg_":                        "the database server's own metrics: Datadog's PostgreSQL integration has them",
		"dragonfly_":                 "the cache server's own metrics: Datadog's Redis integration reads what Dragonfly answers to INFO",
		"slo:":                       "a recorded series: Datadog's own objectives show the budget",
		"process_start_time_seconds": "a time of day, which Datadog does not draw: its events show restarts",
	}
}

// Left is all that is left out, with the reason.
func Left() ([]Missing, error) {
	all := []Missing{{"the fewest bad events of a burn", "Datadog's burn rates know shares only: where little happens, a few bad events are told of"}}
	for _, burn := range objectives.Burns() {
		if burn.Long > longest {
			all = append(all, Missing{"burns over " + window(burn.Long), "Datadog's windows end at " + hours(longest)})
		}
	}
	for _, alert := range objectives.Alerts() {
		if alert.When == nil {
			why, err := reason(alert.Expr)
			if err != nil {
				return nil, err
			}
			all = append(all, Missing{"alert `" + alert.Name + "`", why})
		}
	}
	for _, board := range objectives.Boards() {
		for _, row := range board.Rows {
			for _, panel := range row.Panels {
				if drawn, err := plot(panel); err != nil || len(drawn.Requests) > 0 {
					continue
				}
				why, err := reason(panel.Queries[0].Expr)
				if err != nil {
					return nil, err
				}
				all = append(all, Missing{"panel \"" + panel.Title + "\" of " + board.Title, why})
			}
		}
	}
	return all, nil
}

func reason(expr string) (string, error) {
	for part, why := range reasons() {
		if strings.Contains(expr, part) {
			return why, nil
		}
	}
	return "", fmt.Errorf("%s: Datadog is not asked for it, without a reason", expr)
}
