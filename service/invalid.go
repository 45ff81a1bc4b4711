package service

import "strings"

// FieldFault is one thing that is wrong with a request.
type FieldFault struct {
	// Field is where: a body field "end_date", or "query.limit", "path.id", "header.If-Match".
	Field string `json:"field"`
	// Problem says what is wrong, and never quotes a secret or more than a short value.
	Problem string `json:"problem"`
	// Expected says what would be right.
	Expected string `json:"expected"`
}

// Invalid collects the faults of one request, so that all of them are reported together.
type Invalid struct{ Faults []FieldFault }

// Add notes a fault.
func (i *Invalid) Add(field, problem, expected string) {
	i.Faults = append(i.Faults, FieldFault{Field: field, Problem: problem, Expected: expected})
}

// Err returns nil without faults, and otherwise an error with CodeInvalid.
func (i *Invalid) Err() error {
	if len(i.Faults) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Err: i}
}

// Error lists the faults in one line.
func (i *Invalid) Error() string {
	lines := make([]string, len(i.Faults))
	for n, fault := range i.Faults {
		lines[n] = fault.Field + " " + fault.Problem + ", expected " + fault.Expected
	}
	return strings.Join(lines, "; ")
}
