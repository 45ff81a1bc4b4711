// Package rules makes Prometheus' recording rules and alerts from objectives.
//
// The types are prometheus-operator's: a file of Prometheus and a
// PrometheusRule have the same groups.
package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tripsage/infrastructure/objectives"
)

// Options say how the rules are made.
type Options struct {
	// Runbooks is the address that pages of docs/runbooks are below.
	Runbooks string
	// Speed divides every window and every wait, so that a drill takes minutes
	// instead of hours. 1 is for everything else.
	Speed int
}

// BadRatio is the recorded share of bad events over the window. In a drill the
// name stays, so that dashboards and runbooks work there, too.
func BadRatio(window time.Duration) string {
	return "slo:bad_ratio:rate" + duration(window, 1)
}

// badRate is the recorded number of bad events a second over the window.
func badRate(window time.Duration) string { return "slo:bad:rate" + duration(window, 1) }

// of selects an objective's series of a record.
func of(record string, objective objectives.Objective) string {
	return fmt.Sprintf("%s{slo=%q}", record, objective.ID)
}

// Groups are all rules.
func Groups(o Options) []monitoringv1.RuleGroup {
	return []monitoringv1.RuleGroup{
		{Name: "tripsage.objectives", Rules: o.ratios(o.windows())},
		{Name: "tripsage.budgets", Interval: interval(5*time.Minute, o.Speed), Rules: o.ratios([]time.Duration{objectives.Period})},
		{Name: "tripsage.burn", Rules: o.burns()},
		{Name: "tripsage.alerts", Rules: o.alerts()},
	}
}

// windows are all that burns look at, the shortest first.
func (Options) windows() []time.Duration {
	all := map[time.Duration]bool{}
	for _, b := range objectives.Burns() {
		all[b.Long], all[b.Short] = true, true
	}
	return slices.Sorted(maps.Keys(all))
}

func (o Options) ratios(windows []time.Duration) []monitoringv1.Rule {
	var rules []monitoringv1.Rule
	for _, objective := range objectives.Objectives() {
		for _, window := range windows {
			record := func(name, expr string) {
				rules = append(rules, monitoringv1.Rule{
					Record: name, Labels: map[string]string{"slo": objective.ID},
					Expr: intstr.FromString(strings.ReplaceAll(expr, objectives.Window, duration(window, o.Speed))),
				})
			}
			record(badRate(window), fmt.Sprintf("(%s) or vector(0)", objective.Bad))
			record(BadRatio(window), fmt.Sprintf("%s\n/ on () group_left ()\n(%s)", of(badRate(window), objective), objective.Total))
		}
	}
	return rules
}

func (o Options) burns() []monitoringv1.Rule {
	var rules []monitoringv1.Rule
	for _, objective := range objectives.Objectives() {
		for _, burn := range objectives.Burns() {
			severity := burn.Severity
			if !objective.Urgent {
				severity = objectives.Warning
			}
			limit := number(burn.Factor * objective.Budget())
			over := func(window time.Duration) string {
				return of(BadRatio(window), objective) + " > " + limit
			}
			rules = append(rules, monitoringv1.Rule{
				Alert: "ErrorBudgetBurn",
				Expr:  intstr.FromString(over(burn.Long) + "\nand\n" + over(burn.Short) + "\nand\n" + o.enough(objective, burn)),
				Labels: map[string]string{
					"severity": string(severity), "slo": objective.ID, "service": "tripsage",
					"window": duration(burn.Long, 1),
				},
				Annotations: map[string]string{
					"summary": objective.Title + ": the error budget burns " + number(burn.Factor) + " times too fast",
					"description": fmt.Sprintf("{{ $value | humanizePercentage }} of events were bad in the last %s; the promise: %s "+
						"At this speed %s of the budget of 30 days is gone in that time.",
						duration(burn.Long, o.Speed), objective.Promise, percent(burn.Used)),
					"runbook_url": o.Runbooks + objective.Runbook,
				},
			})
		}
	}
	return rules
}

// enough holds when so many events were bad that their share says something.
func (o Options) enough(objective objectives.Objective, burn objectives.Burn) string {
	seconds := burn.Long.Seconds() / float64(max(o.Speed, 1))
	return fmt.Sprintf("%s * %s >= %d", of(badRate(burn.Long), objective), number(seconds), objective.Fewest)
}

func (o Options) alerts() []monitoringv1.Rule {
	var rules []monitoringv1.Rule
	for _, alert := range objectives.Alerts() {
		wait := monitoringv1.Duration(duration(alert.For, o.Speed))
		rules = append(rules, monitoringv1.Rule{
			Alert:  alert.Name,
			Expr:   intstr.FromString(strings.ReplaceAll(alert.Expr, "[5m]", "["+duration(5*time.Minute, o.Speed)+"]")),
			For:    &wait,
			Labels: map[string]string{"severity": string(alert.Severity), "service": "tripsage"},
			Annotations: map[string]string{
				"summary": alert.Summary, "description": alert.Description, "runbook_url": o.Runbooks + alert.Runbook,
			},
		})
	}
	return rules
}

func interval(d time.Duration, speed int) *monitoringv1.Duration {
	value := monitoringv1.Duration(duration(d, speed))
	return &value
}

// duration is in Prometheus' own form: "5m", "3d".
func duration(d time.Duration, speed int) string {
	return model.Duration(d / time.Duration(max(speed, 1))).String()
}

func number(n float64) string { return strconv.FormatFloat(n, 'g', 4, 64) }

func percent(share float64) string { return number(share*100) + " %" }
