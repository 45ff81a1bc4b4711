package datadog

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/tripsage/infrastructure/objectives"
)

// Monitor is a monitor of Datadog.
type Monitor struct {
	Name     string   `json:"name"`
	Type     Type     `json:"type"`
	Query    string   `json:"query"`
	Message  string   `json:"message"`
	Tags     []string `json:"tags"`
	Priority int      `json:"priority"`
	Options  Options  `json:"options"`
}

// Type is what a monitor looks at.
type Type string

// The types that we use.
const (
	Query        Type = "query alert"
	ServiceCheck Type = "service check"
	Burn         Type = "slo alert"
)

// Options of a monitor.
type Options struct {
	Thresholds Thresholds `json:"thresholds"`
	// NotifyNoData tells somebody when there is nothing to judge by.
	NotifyNoData    bool `json:"notify_no_data"`
	NoDataTimeframe int  `json:"no_data_timeframe,omitempty"` // minutes
	// RequireFullWindow would not judge what has happened only now and then.
	RequireFullWindow bool `json:"require_full_window"`
	IncludeTags       bool `json:"include_tags"`
}

// Thresholds of a monitor; Critical is the number in its query.
type Thresholds struct {
	Critical float64  `json:"critical"`
	OK       *float64 `json:"ok,omitempty"` // of service checks
}

// longest is the longest window that Datadog takes for burn rates.
const longest = 48 * time.Hour

// SLOID stands for the id that Datadog gives to an objective; load.sh puts it in.
func SLOID(o objectives.Objective) string { return "@slo:" + sloName(o) + "@" }

// Monitors are those of burns and of alerts.
func Monitors(runbooks string) ([]Monitor, error) {
	all := burns(runbooks)
	for _, alert := range objectives.Alerts() {
		if alert.When == nil {
			continue
		}
		monitor, err := newMonitor(alert)
		if err != nil {
			return nil, fmt.Errorf("alert %s: %w", alert.Name, err)
		}
		monitor.Name = "TripSage: " + alert.Name
		monitor.Message = alert.Summary + ".\n\nRunbook: " + runbooks + alert.Runbook
		monitor.Tags, monitor.Priority = labels("severity:"+string(alert.Severity)), priority(alert.Severity)
		monitor.Options.IncludeTags = true
		all = append(all, monitor)
	}
	return all, nil
}

// burns have Datadog's own alerts of two windows:
// https://docs.datadoghq.com/service_management/service_level_objectives/burn_rate/
func burns(runbooks string) []Monitor {
	var all []Monitor
	for _, o := range objectives.Objectives() {
		for _, burn := range objectives.Burns() {
			if burn.Long > longest {
				continue
			}
			severity := burn.Severity
			if !o.Urgent {
				severity = objectives.Warning
			}
			all = append(all, Monitor{
				Name: fmt.Sprintf("TripSage: %s burns %g times too fast", o.Title, burn.Factor), Type: Burn,
				Query: fmt.Sprintf("burn_rate(%q).over(%q).long_window(%q).short_window(%q) > %g",
					SLOID(o), period, hours(burn.Long), window(burn.Short), burn.Factor),
				Message: o.Promise + " The error budget burns too fast.\n\nRunbook: " + runbooks + o.Runbook,
				Tags:    labels("severity:" + string(severity)), Priority: priority(severity),
				Options: Options{Thresholds: Thresholds{Critical: burn.Factor}, IncludeTags: true},
			})
		}
	}
	return all
}

// priority is Datadog's, from 1 for the worst to 5.
func priority(severity objectives.Severity) int {
	if severity == objectives.Critical {
		return 1
	}
	return 3
}

func hours(d time.Duration) string { return fmt.Sprintf("%gh", d.Hours()) }

func window(d time.Duration) string {
	return strings.ReplaceAll(model.Duration(d).String(), "1d", "24h")
}
