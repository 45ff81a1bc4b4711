package analyzer

import "github.com/tripsage/infrastructure/policy/rule"

// Listed is a rule as other programs read it.
type Listed struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Severity   rule.Severity     `json:"severity"`
	Scope      string            `json:"scope"` // resource or stack
	Reason     string            `json:"reason"`
	Fix        string            `json:"fix"`
	Sources    []string          `json:"sources"`
	Parameters []ListedParameter `json:"parameters,omitempty"`
	Remedy     bool              `json:"remedy"`
	Page       string            `json:"page"`
}

// ListedParameter is a parameter of a rule.
type ListedParameter struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Default     any    `json:"default"`
}

// List lists the rules and the judge's own.
func List(rules []rule.Rule) []Listed {
	var all []Listed
	for _, r := range append(rules[:len(rules):len(rules)], Expired()) {
		one := Listed{
			ID: r.ID, Title: r.Title, Severity: r.Severity, Scope: "resource", Reason: r.Reason, Fix: r.Fix,
			Sources: r.Sources, Remedy: r.Remedy != nil, Page: page(r.ID),
		}
		if r.CheckStack != nil {
			one.Scope = "stack"
		}
		for _, p := range r.Parameters {
			one.Parameters = append(one.Parameters, ListedParameter(p))
		}
		all = append(all, one)
	}
	return all
}
