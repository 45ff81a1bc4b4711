package datadog

import "strings"

// request names the queries a, b and so on.
func (a *asked) request(legend, unit string, mean bool) Request {
	r := Request{ResponseFormat: "timeseries", DisplayType: "line"}
	var names []string
	for i, query := range a.queries {
		name := string(rune('a' + i))
		names = append(names, name)
		r.Queries = append(r.Queries, NamedText{DataSource: "metrics", Name: name, Query: query})
	}
	formula := Formula{Formula: a.fill(names), NumberFormat: format(unit)}
	// Curves that labels tell apart have them as their names.
	if !strings.Contains(legend, "{{") {
		formula.Alias = legend
	}
	if mean {
		formula.Alias = "mean"
	}
	r.Formulas = []Formula{formula}
	return r
}

// format translates Grafana's units; what is a plain number has none.
func format(unit string) *NumberFormat {
	known := map[string]Unit{
		"s": {Name: "second"}, "bytes": {Name: "byte"}, "Bps": {Name: "byte", PerUnit: "second"},
		"percentunit": {Name: "fraction"}, "reqps": {Name: "request", PerUnit: "second"},
		"ops": {Name: "operation", PerUnit: "second"}, "cps": {Name: "event", PerUnit: "second"},
	}
	found, ok := known[unit]
	if !ok {
		return nil
	}
	found.Type = "canonical_unit"
	return &NumberFormat{Unit: found}
}
