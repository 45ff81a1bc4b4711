package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rule/ruletest"
	"github.com/tripsage/infrastructure/policy/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestEveryRuleIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules.All() {
		assert.Regexp(t, regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), r.ID)
		assert.False(t, seen[r.ID], "two rules are called %s", r.ID)
		seen[r.ID] = true
		assert.Contains(t, []rule.Severity{rule.Low, rule.Medium, rule.High, rule.Critical}, r.Severity, r.ID)
		for what, text := range map[string]string{"title": r.Title, "reason": r.Reason, "fix": r.Fix} {
			assert.NotEmpty(t, text, "%s has no %s", r.ID, what)
		}
		assert.False(t, strings.HasSuffix(r.Title, "."), "%s: a title has no full stop", r.ID)
		assert.True(t, strings.HasSuffix(r.Fix, "."), "%s: the fix is a sentence", r.ID)
		assert.NotEmpty(t, r.Sources, r.ID)
		assert.NotEqual(t, r.Check == nil, r.CheckStack == nil, "%s: one of Check and CheckStack", r.ID)
		for _, p := range r.Parameters {
			assert.NotEmpty(t, p.Description, "%s.%s", r.ID, p.Name)
		}
	}
	folders, err := os.ReadDir("examples")
	require.NoError(t, err)
	for _, folder := range folders {
		assert.True(t, seen[folder.Name()], "examples/%s belongs to no rule", folder.Name())
	}
}

// files are a rule's examples of a kind.
func files(t *testing.T, r rule.Rule, kind string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("examples", r.ID, kind+"*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, found, "rule %s has no %s example", r.ID, kind)
	return found
}

// cases are what the rule judges in one go: each resource alone, or all.
func cases(r rule.Rule, file ruletest.File) [][]rule.Resource {
	if r.CheckStack != nil {
		return [][]rule.Resource{file.Resources}
	}
	var all [][]rule.Resource
	for _, one := range file.Resources {
		all = append(all, []rule.Resource{one})
	}
	return all
}

func judge(r rule.Rule, resources []rule.Resource, parameters map[string]any) []string {
	c := rule.NewContext(r, parameters)
	if r.CheckStack != nil {
		r.CheckStack(c, rule.Stack{Name: "test", Resources: resources})
	} else {
		r.Check(c, resources[0])
	}
	var said []string
	for _, v := range c.Violations() {
		said = append(said, fmt.Sprintf("%s: %s", v.Resource.Title(), v.Message))
	}
	return said
}

func TestExamples(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			for _, path := range files(t, r, "good") {
				file := ruletest.Read(t, path)
				for _, one := range cases(r, file) {
					assert.Empty(t, judge(r, one, file.Parameters), path)
				}
			}
			for _, path := range files(t, r, "bad") {
				file := ruletest.Read(t, path)
				var said []string
				for _, one := range cases(r, file) {
					found := judge(r, one, file.Parameters)
					assert.NotEmpty(t, found, "%s: nothing wrong with %s", path, one[0].Title())
					said = append(said, found...)
				}
				golden(t, strings.TrimSuffix(path, ".yaml")+".want", strings.Join(said, "\n")+"\n")
			}
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path) // #nosec G304 -- a test's own file
	require.NoError(t, err, "make it with: go test ./policy/rules -update")
	assert.Equal(t, string(want), got, "%s: if this is meant, go test ./policy/rules -update", path)
}

// A preview may not know any one of the values. What passes when it is known
// must pass then, too.
func TestUnknownIsNoViolation(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			for _, path := range files(t, r, "good") {
				file := ruletest.Read(t, path)
				for _, one := range cases(r, file) {
					for i := range one {
						for where, spoilt := range ruletest.Unknowns(one[i]) {
							all := slices.Clone(one)
							all[i] = spoilt
							assert.Empty(t, judge(r, all, file.Parameters), "%s: %s with %s unknown", path, one[i].Title(), where)
						}
					}
				}
			}
		})
	}
}

// What a remedy mends passes afterwards, and stays as it is when mended again.
func TestRemedies(t *testing.T) {
	for _, r := range rules.All() {
		if r.Remedy == nil {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			mended := 0
			for _, path := range files(t, r, "bad") {
				file := ruletest.Read(t, path)
				var after strings.Builder
				for _, one := range file.Resources {
					properties, changed := r.Remedy(one)
					if !changed {
						continue
					}
					mended++
					one.Properties = rule.Of(properties)
					assert.Empty(t, judge(r, []rule.Resource{one}, file.Parameters), "%s: %s after its remedy", path, one.Title())
					_, again := r.Remedy(one)
					assert.False(t, again, "%s: %s is mended twice", path, one.Title())
					after.WriteString(ruletest.JSON(t, one) + "\n")
				}
				golden(t, strings.TrimSuffix(path, ".yaml")+".mended", after.String())
			}
			assert.NotZero(t, mended, "the remedy mends none of the bad examples")
			for _, path := range files(t, r, "good") {
				for _, one := range ruletest.Read(t, path).Resources {
					_, changed := r.Remedy(one)
					assert.False(t, changed, "%s: %s needs no remedy", path, one.Title())
				}
			}
		})
	}
}

// FuzzRules: whatever the properties are, no rule panics.
func FuzzRules(f *testing.F) {
	for _, r := range rules.All() {
		paths, err := filepath.Glob(filepath.Join("examples", r.ID, "*.yaml"))
		require.NoError(f, err)
		for _, path := range paths {
			for _, one := range ruletest.Read(f, path).Resources {
				f.Add(one.Type, ruletest.JSON(f, one))
			}
		}
	}
	f.Fuzz(func(_ *testing.T, kind, text string) {
		one, ok := ruletest.FromJSON(kind, text)
		if !ok {
			return
		}
		for _, r := range rules.All() {
			judge(r, []rule.Resource{one}, nil)
			judge(r, slices.Repeat([]rule.Resource{one}, 2), nil)
			if r.Remedy != nil {
				r.Remedy(one)
			}
		}
	})
}

// Two runs say the same in the same order: no rule walks a map as it comes.
func TestVerdictsAreStable(t *testing.T) {
	for _, r := range rules.All() {
		for _, path := range files(t, r, "bad") {
			file := ruletest.Read(t, path)
			for _, one := range cases(r, file) {
				first := judge(r, one, file.Parameters)
				for range 5 {
					require.Equal(t, first, judge(r, one, file.Parameters), path)
				}
			}
		}
	}
}
