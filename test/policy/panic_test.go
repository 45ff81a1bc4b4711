package policytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rules"
)

// A rule that panics fails alone: it is named, and every other rule says what
// it would have said without it.
func TestARulesPanicIsItsOwn(t *testing.T) {
	panics := func(id string) rule.Rule {
		return rule.Rule{
			ID: id, Title: "Never holds", Severity: rule.Low, Reason: "A test.", Fix: "None.", Sources: []string{"test"},
		}
	}
	one, whole := panics("panics-at-resources"), panics("panics-at-stacks")
	one.Check = func(_ *rule.Context, r rule.Resource) { panic("about " + r.Name) }
	whole.CheckStack = func(_ *rule.Context, s rule.Stack) { _ = s.Resources[1<<20] }

	s := load(t, "production", false, nil)
	for i := range s.resources {
		s.resources[i].Protect = false // so that there is something to say
	}
	want := wordsOf(overTheWire(t, s, rules.All()))
	assert.NotEmpty(t, want)
	got := wordsOf(overTheWire(t, s, slices.Concat([]rule.Rule{one, whole}, rules.All(), []rule.Rule{})))
	failures := 0
	got = slices.DeleteFunc(got, func(words string) bool {
		failed := strings.HasPrefix(words, "panics-at-") && strings.Contains(words, "the rule itself failed")
		if failed {
			failures++
		}
		return failed
	})
	assert.Equal(t, len(s.resources)+1, failures, "once for each resource, and once for the stack")
	assert.Equal(t, want, got)
}
