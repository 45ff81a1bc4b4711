package infra

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A value that a list has twice is a slip in each list where it means nothing.
func TestListsHaveEachValueOnce(t *testing.T) {
	spec := goodSpec()
	spec.Mesh = &Mesh{Origins: []string{"https://a.io", "https://a.io"}}
	spec.Vercel = &Vercel{Regions: []string{"iad1", "iad1"}, RedirectDomains: []string{"a.io", "a.io"}}
	spec.GitHub = &GitHub{RequiredChecks: []string{"test", "test"}}
	var found []string
	for _, fault := range faultsOf(t, spec) {
		if fault.Expected == "each value once" {
			found = append(found, fault.Key)
		}
	}
	assert.ElementsMatch(t, []string{
		"tripsage:mesh.origins", "tripsage:vercel.regions", "tripsage:vercel.redirectDomains", "tripsage:github.requiredChecks",
	}, found)
}
