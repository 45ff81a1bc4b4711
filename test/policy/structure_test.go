package policytest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// structural changes are made to every property without knowing what it means.
type structural struct {
	name string
	// apply says whether the change makes sense for the value, and what it is.
	apply func(value any) (other any, gone, ok bool)
}

func structurals() []structural {
	number := func(n float64) func(any) (any, bool, bool) {
		return func(value any) (any, bool, bool) {
			before, ok := value.(float64)
			return n, false, ok && before != n
		}
	}
	return []structural{
		{"delete", func(any) (any, bool, bool) { return nil, true, true }},
		{"flip", func(value any) (any, bool, bool) {
			flag, ok := value.(bool)
			return !flag, false, ok
		}},
		{"zero", number(0)},
		{"minus one", number(-1)},
		{"empty", func(value any) (any, bool, bool) {
			switch value := value.(type) {
			case object:
				return object{}, false, len(value) > 0
			case []any:
				return []any{}, false, len(value) > 0
			case string:
				return "", false, value != ""
			default:
				return nil, false, false
			}
		}},
	}
}

// claimed are the properties, by kind, whose removal or reversal rules promise
// to notice. Paths have [] for any place in a list.
func claimed() []*regexp.Regexp {
	const pod = `(Deployment|StatefulSet|Job) spec\.template\.spec\.`
	var all []*regexp.Regexp
	for _, pattern := range []string{
		`delete ` + pod + `containers\[\]\.(image|resources|readinessProbe|livenessProbe|securityContext)`,
		`delete ` + pod + `containers\[\]\.resources\.(limits|requests)(\.(cpu|memory|ephemeral-storage))?`,
		`delete ` + pod + `containers\[\]\.securityContext\.(allowPrivilegeEscalation|readOnlyRootFilesystem|capabilities|capabilities\.drop|capabilities\.drop\[\])`,
		`flip ` + pod + `containers\[\]\.securityContext\..*`,
		`zero ` + pod + `(containers\[\]\.)?securityContext\.(runAsUser|runAsGroup)`,
		`flip ` + pod + `automountServiceAccountToken`,
		`flip ServiceAccount automountServiceAccountToken`,
		`delete .* metadata\.labels(\.app\.kubernetes\.io/(name|instance|component|part-of|managed-by|version))?`,
		`(delete|empty) NetworkPolicy spec\.policyTypes`,
		`delete HorizontalPodAutoscaler spec\.(minReplicas|scaleTargetRef|metrics)`,
		`delete PodDisruptionBudget spec\.(maxUnavailable|selector)`,
		`delete Service spec\.selector`,
		`delete PeerAuthentication spec\.mtls`,
		`delete Dragonfly spec\.(authentication|image|resources|tlsSecretRef|snapshot)`,
		`delete RepositoryEnvironment (reviewers|deploymentBranchPolicy|canAdminsBypass)`,
		`flip RepositoryRuleset rules\..*`,
		`delete RepositoryRuleset (enforcement|rules|conditions|rules\.(pullRequest|requiredStatusChecks))`,
		`delete Project vercelAuthentication`, `flip Project (publicSource|directoryListing|gitForkProtection)`,
	} {
		all = append(all, regexp.MustCompile(`^`+pattern+`$`))
	}
	return all
}

// scarred is a stack with one property changed.
type scarred struct {
	stack, title string
	// place is the kind and the path, with [] for any place in a list.
	place  string
	killed bool
}

// Everything that the stacks say is deleted, flipped, zeroed and emptied in
// turn. Most of it is nobody's business, so what survives is told and not
// judged, save where rules make a promise.
func TestStructure(t *testing.T) {
	promises := claimed()
	kept := make([]int, len(promises))
	broken := map[string]bool{}
	for _, c := range structurals() {
		dead, alive := 0, map[string]int{}
		all := scar(t, c)
		for _, one := range all {
			if one.killed {
				dead++
			} else {
				alive[one.place]++
			}
			for p, promise := range promises {
				if !promise.MatchString(c.name + " " + one.place) {
					continue
				}
				kept[p]++
				if !one.killed {
					broken[fmt.Sprintf("%s %s | %s | %s", c.name, one.place, one.stack, one.title)] = true
				}
			}
		}
		t.Logf("%s: %d mutants, %d killed (%.0f %%)", c.name, len(all), dead, share(dead, len(all)))
		for _, place := range sorted(alive) {
			t.Logf("  survives %s %s ×%d", c.name, place, alive[place])
		}
	}
	for p, promise := range promises {
		require.NotZero(t, kept[p], "nothing in the stacks is like %s", promise)
	}
	list := strings.Builder{}
	fmt.Fprintln(&list, "# Properties whose loss rules promise to notice, and where they need not: a default holds then.")
	for _, line := range sorted(broken) {
		fmt.Fprintln(&list, line)
	}
	pulumitest.Golden(t, "structure.txt", []byte(list.String()))
}

// scar changes every property of every shipped stack in turn.
func scar(t *testing.T, c structural) (all []scarred) {
	t.Helper()
	anyPlace := regexp.MustCompile(`\[\d+\]`)
	for _, name := range shipped() {
		whole, court := load(t, name, false, nil), courtOf(t, name)
		before := said(court.of(whole.resources, nil))
		for i, original := range whole.resources {
			for n, path := range pathsOf(original.Properties) {
				other, gone, ok := c.apply(path.value)
				if !ok {
					continue
				}
				resources := slices.Clone(whole.resources)
				resources[i] = original.clone()
				change(resources[i].Properties, n, other, gone)
				found := court.of(resources, map[string]bool{original.URN: true})
				all = append(all, scarred{
					stack: name, title: original.title(),
					place:  original.Type[strings.LastIndex(original.Type, ":")+1:] + " " + anyPlace.ReplaceAllString(path.name, "[]"),
					killed: slices.ContainsFunc(found, func(v violation) bool { return !before[v] }),
				})
			}
		}
	}
	return all
}

type place struct {
	name  string
	value any
}

func pathsOf(fields object) (all []place) {
	walk(fields, "", func(path string, child any, _ func(any, bool)) { all = append(all, place{path, child}) })
	return all
}
