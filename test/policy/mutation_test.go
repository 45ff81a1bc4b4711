package policytest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/policy/rules"
)

// leastKilled is the share of the mutants that the pack must notice.
const leastKilled = 0.95

// operators are all that are written by hand.
func operators() []operator {
	return slices.Concat(podOperators(), workloadOperators(), networkOperators(), accessOperators(), meshOperators(),
		referenceOperators(), secretOperators(), cacheOperators(), protectionOperators(), frontendOperators(), deliveryOperators())
}

// unexplained is the reason of a survivor that nobody has looked at.
const unexplained = "?"

// trial is what became of a mutant.
type trial struct {
	mutant
	// by are the rules that noticed, sorted; none means that it survived.
	by []string
}

// try judges every mutant that the operators make of the shipped stacks.
func try(t *testing.T, all []operator) []trial {
	t.Helper()
	results := make([][]trial, len(shipped()))
	var stacks sync.WaitGroup
	for n, name := range shipped() {
		whole, court := load(t, name, false, nil), courtOf(t, name)
		stacks.Go(func() { results[n] = tryOn(whole, court, all) })
	}
	stacks.Wait()
	return slices.Concat(results...)
}

func tryOn(whole stack, court court, all []operator) (trials []trial) {
	before := said(court.of(whole.resources, nil))
	for _, o := range all {
		for _, m := range o.mutants(whole) {
			one := trial{mutant: m}
			for _, v := range court.of(m.of(whole)) {
				if !before[v] && !slices.Contains(one.by, v.rule) {
					one.by = append(one.by, v.rule)
				}
			}
			slices.Sort(one.by)
			trials = append(trials, one)
		}
	}
	return trials
}

func TestMutants(t *testing.T) {
	all := operators()
	seen := map[string]bool{}
	for _, o := range all {
		require.False(t, seen[o.name], "two operators are called %s", o.name)
		require.NotEmpty(t, o.source, o.name)
		seen[o.name] = true
	}
	trials := try(t, all)
	killed, mean := table(t, all, trials)
	t.Logf("%d operators made %d mutants: %d killed, %.1f %%; each operator counted alike, %.1f %%",
		len(all), len(trials), killed, share(killed, len(trials)), 100*mean)
	assert.GreaterOrEqual(t, float64(killed), leastKilled*float64(len(trials)), "killed of %d mutants", len(trials))
	assert.GreaterOrEqual(t, mean, leastKilled, "an operator with many mutants must not hide one with few")
	judgeSurvivors(t, trials)
	nobodyIsIdle(t, trials)
}

func share(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// table logs a row for each operator and returns how many mutants were killed,
// and the mean share of an operator's.
func table(t *testing.T, all []operator, trials []trial) (killed int, mean float64) {
	t.Helper()
	var text strings.Builder
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "operator\tmutants\tkilled\tby\tsource")
	for _, o := range all {
		var mine []trial
		for _, one := range trials {
			if one.operator == o.name {
				mine = append(mine, one)
			}
		}
		assert.NotEmpty(t, mine, "operator %s finds nothing to break in any stack", o.name)
		dead, by := 0, []string{}
		for _, one := range mine {
			if len(one.by) > 0 {
				dead++
			}
			by = append(by, one.by...)
		}
		slices.Sort(by)
		killed += dead
		mean += float64(dead) / float64(max(len(mine), 1)) / float64(len(all))
		fmt.Fprintf(columns, "%s\t%d\t%d\t%s\t%s\n", o.name, len(mine), dead, strings.Join(slices.Compact(by), " "), o.source)
	}
	require.NoError(t, columns.Flush())
	t.Log("\n" + text.String())
	return killed, mean
}

// judgeSurvivors holds the survivors against the reviewed list, whose lines are
// "operator | stack | where | reason".
func judgeSurvivors(t *testing.T, trials []trial) {
	t.Helper()
	reasons := map[string]string{}
	known, err := os.ReadFile(filepath.Join("testdata", "survivors.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(known)) {
		if cut := strings.LastIndex(line, " | "); cut >= 0 {
			reasons[line[:cut]] = strings.TrimSpace(line[cut+len(" | "):])
		}
	}
	var got strings.Builder
	fmt.Fprintln(&got, "# Mutants that the pack lets live, with the reason. A reason is kept when -update writes the list anew.")
	for _, one := range trials {
		if len(one.by) > 0 {
			continue
		}
		name := one.String()
		reason := cmp.Or(reasons[name], unexplained)
		assert.NotEqual(t, unexplained, reason, "a mutant survives: %s", name)
		t.Logf("survivor: %s | %s", name, reason)
		fmt.Fprintf(&got, "%s | %s\n", name, reason)
	}
	pulumitest.Golden(t, "survivors.txt", []byte(got.String()))
}

// nobodyIsIdle: a rule that no mutant breaks is either not tried or does
// nothing. Those of the reviewed list are tried by their own examples only.
func nobodyIsIdle(t *testing.T, trials []trial) {
	t.Helper()
	busy := map[string]bool{}
	for _, one := range trials {
		for _, id := range one.by {
			busy[id] = true
		}
	}
	var idle strings.Builder
	fmt.Fprintln(&idle, "# Rules that no mutant of a shipped stack breaks: the bad examples of policy/rules/examples do.")
	for _, r := range rules.All() {
		if !busy[r.ID] {
			fmt.Fprintln(&idle, r.ID)
		}
	}
	pulumitest.Golden(t, "untried.txt", []byte(idle.String()))
}
