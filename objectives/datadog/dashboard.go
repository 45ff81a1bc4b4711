package datadog

import (
	"fmt"
	"slices"

	"github.com/tripsage/infrastructure/objectives"
)

// Dashboard is a dashboard of Datadog.
type Dashboard struct {
	Title             string             `json:"title"`
	Description       string             `json:"description"`
	LayoutType        string             `json:"layout_type"`
	ReflowType        string             `json:"reflow_type"`
	TemplateVariables []TemplateVariable `json:"template_variables"`
	Widgets           []Widget[Group]    `json:"widgets"`
}

// TemplateVariable is what a reader can choose.
type TemplateVariable struct {
	Name     string   `json:"name"`
	Prefix   string   `json:"prefix"`
	Defaults []string `json:"defaults"`
}

// Widget is a part of a dashboard.
type Widget[Definition Group | Timeseries] struct {
	Definition Definition `json:"definition"`
}

// Group is a row of a board.
type Group struct {
	Type       string               `json:"type"`
	LayoutType string               `json:"layout_type"`
	Title      string               `json:"title"`
	Widgets    []Widget[Timeseries] `json:"widgets"`
}

// Timeseries is a panel.
type Timeseries struct {
	Type     string    `json:"type"`
	Title    string    `json:"title"`
	Requests []Request `json:"requests"`
	Markers  []Marker  `json:"markers,omitempty"`
}

// Request is a curve or several.
type Request struct {
	ResponseFormat string      `json:"response_format"`
	DisplayType    string      `json:"display_type"`
	Queries        []NamedText `json:"queries"`
	Formulas       []Formula   `json:"formulas"`
}

// NamedText is a query that formulas name.
type NamedText struct {
	DataSource string `json:"data_source"`
	Name       string `json:"name"`
	Query      string `json:"query"`
}

// Formula is what is drawn.
type Formula struct {
	Formula      string        `json:"formula"`
	Alias        string        `json:"alias,omitempty"`
	NumberFormat *NumberFormat `json:"number_format,omitempty"`
}

// NumberFormat has the values' unit.
type NumberFormat struct {
	Unit Unit `json:"unit"`
}

// Unit is one of https://docs.datadoghq.com/metrics/units/.
type Unit struct {
	Type    string `json:"type"`
	Name    string `json:"unit_name"`
	PerUnit string `json:"per_unit_name,omitempty"`
}

// Marker is a line: what was promised.
type Marker struct {
	Value       string `json:"value"`
	DisplayType string `json:"display_type"`
	Label       string `json:"label"`
}

// Dashboards are all boards, by id, without what Datadog cannot see.
func Dashboards() (map[string]Dashboard, error) {
	all := map[string]Dashboard{}
	for _, board := range objectives.Boards() {
		made := Dashboard{
			Title: board.Title, Description: board.Description, LayoutType: "ordered", ReflowType: "auto",
			TemplateVariables: []TemplateVariable{{Name: "env", Prefix: "env", Defaults: []string{Environment}}},
		}
		for _, row := range board.Rows {
			group := Group{Type: "group", LayoutType: "ordered", Title: row.Title}
			for _, panel := range row.Panels {
				drawn, err := plot(panel)
				if err != nil {
					return nil, fmt.Errorf("%s: %s: %w", board.ID, panel.Title, err)
				}
				if len(drawn.Requests) > 0 {
					group.Widgets = append(group.Widgets, Widget[Timeseries]{drawn})
				}
			}
			if len(group.Widgets) > 0 {
				made.Widgets = append(made.Widgets, Widget[Group]{group})
			}
		}
		all[board.ID] = made
	}
	return all, nil
}

// plot draws means where the board has percentiles, once, and without the line:
// what is promised is not about means.
func plot(p objectives.Panel) (Timeseries, error) {
	made := Timeseries{Type: "timeseries", Title: p.Title}
	means := slices.ContainsFunc(p.Queries, func(q objectives.Query) bool { return isQuantile(q.Of) })
	for i, query := range p.Queries {
		if query.Of == nil || means && i > 0 {
			continue
		}
		a, err := drawn(query.Of)
		if err != nil {
			return made, err
		}
		made.Requests = append(made.Requests, a.request(query.Legend, p.Unit, means))
	}
	if means {
		made.Title += " (mean)"
	} else if p.Limit != 0 {
		made.Markers = []Marker{{Value: fmt.Sprintf("y = %g", exact(p.Limit)), DisplayType: "error dashed", Label: "promised"}}
	}
	return made, nil
}

func isQuantile(m objectives.Measure) bool {
	_, ok := m.(objectives.Quantile)
	return ok
}
