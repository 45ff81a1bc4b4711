package promql

import (
	"regexp"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"

	"github.com/tripsage/infrastructure/objectives"
)

// Expression is PromQL that somebody relies on.
type Expression struct {
	// Owner is the rule, alert or panel, for messages.
	Owner string
	// Expr of a panel has objectives.Window.
	Expr string
	// Labels are those of the result that its texts show.
	Labels []string
}

// OfRules are the expressions of recording rules and alerts.
func OfRules(groups []monitoringv1.RuleGroup) []Expression {
	var all []Expression
	for _, group := range groups {
		for _, rule := range group.Rules {
			e := Expression{Owner: "alert " + rule.Alert, Expr: rule.Expr.String()}
			if rule.Record != "" {
				e.Owner = "rule " + rule.Record + " of " + rule.Labels["slo"]
			}
			for _, text := range rule.Annotations {
				e.Labels = append(e.Labels, names(labelOfAlert, text)...)
			}
			all = append(all, e)
		}
	}
	return all
}

// OfBoards are the expressions of dashboards.
func OfBoards(boards []objectives.Board) []Expression {
	var all []Expression
	for _, board := range boards {
		for _, row := range board.Rows {
			for _, panel := range row.Panels {
				for _, query := range panel.Queries {
					all = append(all, Expression{
						Owner: board.ID + ": " + panel.Title, Expr: query.Expr, Labels: names(labelOfLegend, query.Legend),
					})
				}
			}
		}
	}
	return all
}

var (
	labelOfAlert  = regexp.MustCompile(`\{\{[^}]*\$labels\.(\w+)`)
	labelOfLegend = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
)

func names(label *regexp.Regexp, text string) []string {
	var all []string
	for _, match := range label.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}
