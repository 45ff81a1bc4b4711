// Package page writes docs/objectives.md: what is promised, what is alerted and
// what is drawn, for people.
package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/tripsage/infrastructure/objectives"
)

const head = `# Objectives

<!-- Generated from package objectives by go test ./objectives -update: do not edit. -->

What is promised, when somebody is told, and what is drawn. Prometheus' rules ([deploy/prometheus-rules.yml](../deploy/prometheus-rules.yml)), Alertmanager's routes, Grafana's dashboards and Flagger's thresholds are generated from the same values as this page.

`

// Markdown is the page.
func Markdown() (string, error) {
	var b strings.Builder
	b.WriteString(head)
	promises(&b)
	burns(&b)
	alerts(&b)
	release(&b)
	boards(&b)
	err := inDatadog(&b)
	return strings.TrimRight(b.String(), "\n") + "\n", err
}

func promises(b *strings.Builder) {
	fmt.Fprintf(b, "## Promises\n\nEach is about a share of events over %d days; what the target leaves is the error budget.\n\n", days(objectives.Period))
	table(b, "promise", "target", "meaning", "budget", "fewest", "runbook", "source")
	for _, o := range objectives.Objectives() {
		row(b, o.Title+" `"+o.ID+"`", percent(o.Target), o.Promise, percent(o.Budget())+" of events", strconv.Itoa(o.Fewest)+" bad events", runbook(o.Runbook), o.Source)
	}
	b.WriteString("\nThe share of bad events over a window (`slo:bad_ratio:rate1h{slo=\"…\"}` and the like) is the first query over the second, each with that window in the place of `$window`:\n\n")
	for _, o := range objectives.Objectives() {
		fmt.Fprintf(b, "```promql\n# %s\n%s\n%s\n```\n\n", o.ID, o.Bad, o.Total)
	}
}

func burns(b *strings.Builder) {
	b.WriteString("## Burn rates\n\n`ErrorBudgetBurn` fires while a budget burns faster than the factor in both windows: the long one says that it matters, the short one that it still goes on. " +
		"Where little happens a few bad events are a great share, so the long window must have at least the promise's fewest. " +
		"The pairs are those of Google's SRE Workbook, [Alerting on SLOs](https://sre.google/workbook/alerting-on-slos/), section 6, \"Multiwindow, Multi-Burn-Rate Alerts\".\n\n")
	table(b, "speed", "over", "and over", "of the budget is gone by then", "severity")
	var quiet []string
	for _, o := range objectives.Objectives() {
		if !o.Urgent {
			quiet = append(quiet, "`"+o.ID+"`")
		}
	}
	for _, burn := range objectives.Burns() {
		row(b, number(burn.Factor)+" times the allowed", duration(burn.Long), duration(burn.Short), percent(burn.Used), string(burn.Severity))
	}
	fmt.Fprintf(b, "\nNobody is woken for %s: their burns are always warnings.\n\n", strings.Join(quiet, ", "))
}

func alerts(b *strings.Builder) {
	b.WriteString("## Alerts\n\nBeside the budgets: what the deployment guide names, and what breaks before a request fails. Critical wakes somebody, warning is for working hours.\n\n")
	table(b, "alert", "severity", "after", "says", "runbook", "source")
	for _, a := range objectives.Alerts() {
		row(b, "`"+a.Name+"`", string(a.Severity), duration(a.For), a.Summary, runbook(a.Runbook), a.Source)
	}
	b.WriteString("\n")
	for _, a := range objectives.Alerts() {
		fmt.Fprintf(b, "```promql\n# %s\n%s\n```\n\n", a.Name, a.Expr)
	}
}

func release(b *strings.Builder) {
	fmt.Fprintf(b, "## Releases\n\nFlagger takes a new version back when, in its checks, fewer than %s of its requests succeed, or its 99th percentile is above %s. "+
		"(The promise is about the 95th; Flagger's own check knows the 99th only, so releases are judged more strictly.)\n\n",
		percent(objectives.SuccessTarget), objectives.LatencyLimit)
}

func boards(b *strings.Builder) {
	b.WriteString("## Dashboards\n\n[deploy/grafana/dashboards](../deploy/grafana/dashboards) has each as JSON.\n\n")
	for _, board := range objectives.Boards() {
		fmt.Fprintf(b, "### %s\n\n%s\n\n", board.Title, board.Description)
		table(b, "panel", "unit", "shows")
		for _, line := range board.Rows {
			for _, panel := range line.Panels {
				row(b, panel.Title, panel.Unit, panel.Description)
			}
		}
		b.WriteString("\n")
	}
}

func table(b *strings.Builder, columns ...string) {
	row(b, columns...)
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(columns)))
}

func row(b *strings.Builder, cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func runbook(name string) string { return "[" + name + "](runbooks/" + name + ")" }

func duration(d time.Duration) string { return model.Duration(d).String() }

func days(d time.Duration) int { return int(d.Hours()) / 24 }

func number(n float64) string { return fmt.Sprintf("%.4g", n) }

func percent(share float64) string { return number(share*100) + " %" }
