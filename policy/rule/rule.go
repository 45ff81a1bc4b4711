package rule

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Severity is how bad a violation is.
type Severity string

// The severities, as Pulumi has them.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Rule is one thing that must hold. It has a Check or a CheckStack.
type Rule struct {
	// ID is stable: configuration and exemptions name it. Lower case with
	// hyphens.
	ID string
	// Title is what must hold, in one sentence without a full stop.
	Title    string
	Severity Severity
	// Reason says what goes wrong otherwise; Fix says what to write.
	Reason, Fix string
	// Sources say where the rule comes from: "Pod Security Standards,
	// restricted: Seccomp", "kube-linter run-as-non-root", "kube-score
	// pod-probes".
	Sources []string
	// Parameters are what configuration may set.
	Parameters []Parameter
	// Check judges one resource of any type; it returns at once for those
	// that it is not about.
	Check func(c *Context, r Resource)
	// CheckStack judges all resources together.
	CheckStack func(c *Context, s Stack)
	// Remedy mends a resource: it returns the new properties, or false when
	// there is nothing to mend. Only for fixes that are safe and obvious.
	Remedy func(r Resource) (property.Map, bool)
}

// Parameter is one setting of a rule.
type Parameter struct {
	Name, Description string
	// Default is a bool, float64, string or []string, and says which of them
	// configuration must give.
	Default any
}

// Violation is one fault found.
type Violation struct {
	Rule     string
	Resource Resource
	// Message is what is wrong, with the value found.
	Message string
}

// Context is what a rule is given to run.
type Context struct {
	rule       Rule
	parameters map[string]any
	found      []Violation
}

// NewContext makes the context of one run of the rule. parameters override the
// defaults.
func NewContext(r Rule, parameters map[string]any) *Context {
	c := &Context{rule: r}
	if len(r.Parameters) == 0 {
		return c
	}
	c.parameters = map[string]any{}
	for _, p := range r.Parameters {
		c.parameters[p.Name] = p.Default
		if given, ok := parameters[p.Name]; ok {
			c.parameters[p.Name] = given
		}
	}
	return c
}

// Violation reports a fault of the resource. Name the value found (with
// Value.Show, which hides secrets) and its path.
func (c *Context) Violation(r Resource, format string, args ...any) {
	c.found = append(c.found, Violation{Rule: c.rule.ID, Resource: r, Message: fmt.Sprintf(format, args...)})
}

// Violations are what was reported so far.
func (c *Context) Violations() []Violation { return c.found }

// Number is a parameter.
func (c *Context) Number(name string) float64 { return parameter[float64](c, name) }

// Flag is a parameter.
func (c *Context) Flag(name string) bool { return parameter[bool](c, name) }

// Text is a parameter.
func (c *Context) Text(name string) string { return parameter[string](c, name) }

// Texts are a parameter.
func (c *Context) Texts(name string) []string { return parameter[[]string](c, name) }

// parameter panics when the rule does not declare it, or declares another type:
// a mistake in the rule.
func parameter[T any](c *Context, name string) T {
	value, ok := c.parameters[name].(T)
	if !ok {
		panic(fmt.Sprintf("rule %s: parameter %q is %T", c.rule.ID, name, c.parameters[name]))
	}
	return value
}
