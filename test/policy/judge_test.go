package policytest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/profiles"
	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rules"
)

// violation is what a rule says of a resource, comparable.
type violation struct{ rule, urn, title, message string }

func (v violation) String() string { return v.rule + ": " + v.title + ": " + v.message }

// reviewed is the day of the last look at the exemptions: tests must not fail
// because a day has passed. The pack itself counts from the real day.
func reviewed() time.Time { return time.Date(2026, time.November, 26, 0, 0, 0, 0, time.UTC) }

// court judges with the profile of a stack.
type court struct {
	judge    *analyzer.Judge
	settings map[string]analyzer.Setting
	stack    string
}

func courtOf(t testing.TB, stack string) court {
	t.Helper()
	return courtWith(t, stack, rules.All()...)
}

func courtWith(t testing.TB, stack string, all ...rule.Rule) court {
	t.Helper()
	_, text, err := profiles.Of(stack)
	require.NoError(t, err)
	if len(all) < len(rules.All()) {
		text = []byte(`{}`)
	}
	settings, err := analyzer.Parse(text, append(slices.Clone(all), analyzer.Expired()))
	require.NoError(t, err)
	return court{judge: analyzer.NewJudge(all, settings, reviewed()), settings: settings, stack: stack}
}

// of judges all resources together, and alone those that fresh names; all of
// them if it is nil.
func (c court) of(resources []thing, fresh map[string]bool) []violation {
	var verdicts []analyzer.Verdict
	all := rule.Stack{Name: c.stack}
	for _, one := range resources {
		r := one.resource()
		all.Resources = append(all.Resources, r)
		if fresh == nil || fresh[r.URN] {
			verdicts = append(verdicts, c.judge.Resource(alone(r))...)
		}
	}
	verdicts = append(verdicts, c.judge.Stack(all)...)
	found := make([]violation, 0, len(verdicts))
	for _, v := range verdicts {
		found = append(found, violation{v.Rule.ID, v.Resource.URN, v.Resource.Title(), v.Message})
	}
	return found
}

// alone is a resource as the engine shows it before it knows the whole stack:
// the parent is left out when it is the stack.
func alone(r rule.Resource) rule.Resource {
	if strings.Contains(r.Parent, "pulumi:pulumi:Stack") {
		r.Parent = ""
	}
	return r
}
