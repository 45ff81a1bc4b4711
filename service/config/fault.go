package config

import (
	"fmt"
	"strings"
)

// Fault is one wrong environment variable.
type Fault struct {
	Key      string // the variable
	Value    string // its value; empty when it is secret or not set
	Problem  string // what is wrong with it
	Expected string // what it should be
}

// Error names the variable, its value unless secret, and what to write instead.
func (f *Fault) Error() string {
	subject := f.Key
	if f.Value != "" {
		subject = fmt.Sprintf("%s=%q", f.Key, f.Value)
	}
	return fmt.Sprintf("%s %s; expected %s", subject, f.Problem, f.Expected)
}

// Faults lists every wrong variable, in the order in which they were read.
type Faults []*Fault

// Error has one line per fault.
func (f Faults) Error() string {
	var text strings.Builder
	noun := "faults"
	if len(f) == 1 {
		noun = "fault"
	}
	fmt.Fprintf(&text, "the environment has %d %s:", len(f), noun)
	for _, fault := range f {
		text.WriteString("\n  - " + fault.Error())
	}
	return text.String()
}

// Unwrap gives errors.As access to the single faults.
func (f Faults) Unwrap() []error {
	all := make([]error, len(f))
	for i, fault := range f {
		all[i] = fault
	}
	return all
}
