package policytest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// A preview may know anything or nothing of a stack that is right: there is
// never a violation. Every fifth property is made unknown in turn, another fifth
// in each resource, so that properties that many have are all tried. (The
// examples of package rules try every one.)
func TestUnknownIsNoViolation(t *testing.T) {
	const every = 5
	for _, name := range shipped() {
		t.Run(name, func(t *testing.T) {
			whole, court := load(t, name, false, nil), courtOf(t, name)
			before := said(court.of(whole.resources, nil))
			judged := 0
			for i, original := range whole.resources {
				for n := i % every; n < sizeOf(original.Properties); n += every {
					resources := append([]thing{}, whole.resources...)
					resources[i] = original.clone()
					path := forget(resources[i].Properties, n)
					judged++
					for _, v := range court.of(resources, map[string]bool{original.URN: true}) {
						if !before[v] {
							t.Errorf("%s: %s unknown: %s", original.title(), path, v)
						}
					}
				}
			}
			t.Logf("%d properties were unknown in turn", judged)
		})
	}
}

// Nor do many unknown properties make one, in several resources at once.
func TestManyUnknownsAreNoViolation(t *testing.T) {
	wholes, courts, befores := map[string]stack{}, map[string]court{}, map[string]map[violation]bool{}
	for _, name := range shipped() {
		wholes[name], courts[name] = load(t, name, false, nil), courtOf(t, name)
		befores[name] = said(courts[name].of(wholes[name].resources, nil))
	}
	rapid.Check(t, func(draw *rapid.T) {
		name := rapid.SampledFrom(shipped()).Draw(draw, "stack")
		resources := append([]thing{}, wholes[name].resources...)
		for range rapid.IntRange(1, 40).Draw(draw, "unknowns") {
			i := rapid.IntRange(0, len(resources)-1).Draw(draw, "resource")
			size := sizeOf(resources[i].Properties)
			if size == 0 {
				continue
			}
			resources[i] = resources[i].clone()
			forget(resources[i].Properties, rapid.IntRange(0, size-1).Draw(draw, "property"))
		}
		for _, v := range courts[name].of(resources, nil) {
			if !befores[name][v] {
				draw.Error(v)
			}
		}
	})
}

// A broken stack of which little is known is no reason to fail: whatever a rule
// says, it says it.
func TestMutantsWithUnknownsCrashNothing(t *testing.T) {
	all := operators()
	for _, name := range shipped() {
		whole, court := load(t, name, false, nil), courtOf(t, name)
		judged, step := 0, 0
		for _, o := range all {
			for _, m := range o.mutants(whole) {
				resources, fresh := m.of(whole)
				for i, r := range resources {
					if !fresh[r.URN] {
						continue
					}
					if size := sizeOf(r.Properties); size > 0 {
						step += 7 // any walk through the places
						resources[i] = r.clone()
						forget(resources[i].Properties, step%size)
					}
				}
				judged++
				for _, v := range court.of(resources, fresh) {
					assert.NotContains(t, v.message, "the rule itself failed", m.String())
				}
			}
		}
		t.Logf("%s: %d mutants with an unknown property", name, judged)
	}
}

func said(all []violation) map[violation]bool {
	found := map[violation]bool{}
	for _, v := range all {
		found[v] = true
	}
	return found
}
