package rule_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/policy/rule"
)

func TestContext(t *testing.T) {
	r := rule.Rule{ID: "some", Parameters: []rule.Parameter{
		{Name: "minimum", Default: 3.0}, {Name: "strict", Default: true}, {Name: "host", Default: "x"},
		{Name: "hosts", Default: []string{"y"}},
	}}
	c := rule.NewContext(r, map[string]any{"minimum": 5.0, "else": 1})
	assert.InDelta(t, 5, c.Number("minimum"), 0)
	assert.True(t, c.Flag("strict"))
	assert.Equal(t, "x", c.Text("host"))
	assert.Equal(t, []string{"y"}, c.Texts("hosts"))
	assert.Panics(t, func() { c.Text("minimum") }, "another type")
	assert.Panics(t, func() { c.Number("else") }, "not the rule's")
	c.Violation(rule.Resource{Name: "api"}, "%s is %d", "port", 80)
	assert.Equal(t, []rule.Violation{{Rule: "some", Resource: rule.Resource{Name: "api"}, Message: "port is 80"}}, c.Violations())
}
