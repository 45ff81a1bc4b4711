package policytest

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// difference is one thing about which two judges disagree.
type difference struct {
	// judge is the other one: kube-score, or the API server.
	judge string
	// check is the judge's check that objects alone, or "" when the pack does.
	check string
	// rule is the pack's rule that objects alone, or "" when the judge does.
	rule string
	// operators made the objects, by patterns.
	operators []string
	why       string
}

func (d difference) String() string {
	return fmt.Sprintf("%s %q, pack %q: %q", d.judge, d.check, d.rule, d.operators)
}

func (d difference) covers(other difference) bool {
	return d.judge == other.judge && d.check == other.check && d.rule == other.rule &&
		slices.ContainsFunc(d.operators, func(pattern string) bool {
			matched, err := path.Match(pattern, other.operators[0])
			return err == nil && matched
		})
}

// Each judge looks at the same objects; what they disagree about is in the
// table, with a reason.
func TestDifferences(t *testing.T) {
	all := cases(t)
	progress("%d cases", len(all))
	found := disagreements(t, kubeScore, all, cited("kube-score "), kubeScorer(t))
	found = append(found, disagreements(t, admission, all, pssControls(), admitter(t))...)
	used := map[int]map[string]bool{}
	for _, d := range found {
		explained := false
		for i, known := range known() {
			if known.covers(d) {
				explained = true
				if used[i] == nil {
					used[i] = map[string]bool{}
				}
				used[i][d.operators[0]] = true
			}
		}
		assert.True(t, explained, "a disagreement that nothing explains: %s", d)
	}
	for i, d := range known() {
		assert.NotEmpty(t, d.why, d)
		assert.NotEmpty(t, used[i], "nobody disagrees any more: delete %s", d)
	}
	writeDifferences(t, used)
}

// pssControls are the controls that rules cite, of both levels.
func pssControls() map[string][]string {
	all := cited("Pod Security Standards, restricted: ")
	for id, names := range cited("Pod Security Standards, baseline: ") {
		all[id] = append(all[id], names...)
	}
	return all
}

// disagreements between the pack and a judge, each once for an operator. ids
// are the checks of the judge that the rules cite.
func disagreements(t *testing.T, judge string, all []trialCase, ids map[string][]string,
	look func(context.Context, trialCase) ([]string, bool),
) []difference {
	t.Helper()
	seen := map[string]bool{}
	var found []difference
	report := func(d difference) {
		if !seen[d.String()] {
			seen[d.String()] = true
			found = append(found, d)
		}
	}
	compared, whole, refused := 0, map[string][]string{}, map[string]bool{}
	for i, verdict := range inParallel(t, all, look) {
		one := all[i]
		if !verdict.ok {
			if len(verdict.found) > 0 && !refused[one.operator] {
				refused[one.operator] = true
				t.Logf("%s refuses %s before it judges: %s", judge, one.operator, verdict.found[0])
			}
			continue
		}
		compared++
		checks := verdict.found
		if one.operator == asShipped {
			whole[one.stack] = verdict.found
		} else {
			checks = minus(verdict.found, whole[one.stack])
		}
		checks = checkIDs(judge, checks)
		for _, check := range checks {
			if !slices.ContainsFunc(one.pack, func(rule string) bool { return slices.Contains(ids[rule], check) }) {
				report(difference{judge: judge, check: check, operators: []string{one.operator}})
			}
		}
		for _, rule := range one.pack {
			if len(ids[rule]) > 0 && !slices.ContainsFunc(ids[rule], func(id string) bool { return slices.Contains(checks, id) }) {
				report(difference{judge: judge, rule: rule, operators: []string{one.operator}})
			}
		}
	}
	t.Logf("%s: %d of %d cases compared, %d disagreements", judge, compared, len(all), len(found))
	require.NotZero(t, compared)
	return found
}

func minus(all, known []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(known, one) })
}

// checkIDs cuts kube-score's findings down to the names of the checks.
func checkIDs(judge string, found []string) []string {
	if judge != kubeScore {
		return found
	}
	var ids []string
	for _, one := range found {
		id, _, _ := strings.Cut(one, " ")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

type verdict struct {
	found []string
	ok    bool
}

// inParallel keeps the order.
func inParallel(t *testing.T, all []trialCase, look func(context.Context, trialCase) ([]string, bool)) []verdict {
	t.Helper()
	verdicts := make([]verdict, len(all))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				found, ok := look(t.Context(), all[i])
				verdicts[i] = verdict{found, ok}
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	workers.Wait()
	return verdicts
}

func writeDifferences(t *testing.T, used map[int]map[string]bool) {
	t.Helper()
	var text strings.Builder
	fmt.Fprint(&text, `# Where the policy pack and other judges disagree

Generated by `+"`go test ./test/policy -run TestDifferences -update`"+`: do not edit.

kube-score and the API server's own admission (Pod Security Standards,
restricted) judge what the pack judges: the objects of the shipped stacks, whole
and broken by the operators of test/policy. They are compared check by check
with the rules that cite them. A disagreement that is not in this table fails the
test, and so does a line of it that no longer applies.

| Judge | It objects alone | The pack objects alone | To objects broken by | Why |
|---|---|---|---|---|
`)
	for i, d := range known() {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s |\n", d.judge, code(d.check), code(d.rule), strings.Join(sorted(used[i]), ", "), d.why)
	}
	pulumitest.Golden(t, "../../../docs/policies-differences.md", []byte(text.String()))
}

func code(id string) string {
	if id == "" {
		return ""
	}
	return "`" + id + "`"
}

// known are the disagreements, with their reasons.
func known() []difference {
	return slices.Concat(kubeScoreDifferences(), admissionDifferences())
}
