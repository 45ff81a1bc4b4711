package stacks

import (
	"math"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/tripsage/infrastructure/infra"
)

// unknown notes a key that the Spec has no place for.
func (d *decoder) unknown(path string) {
	near := infra.Key(d.nearest(path))
	d.faults = append(d.faults, &infra.Fault{
		Key:      infra.Key(path),
		Found:    "an unknown key",
		Expected: "a known one, the nearest is " + near,
		Fix:      "rename it to " + near + " or remove it",
	})
}

// nearest gives the known path with the fewest edits to the given one; among
// equals the first of the Spec.
func (d *decoder) nearest(path string) string {
	best, fewest := "", math.MaxInt
	for _, known := range d.root.all() {
		edits := levenshtein.ComputeDistance(strings.ToLower(path), strings.ToLower(known.path))
		if edits < fewest {
			best, fewest = known.path, edits
		}
	}
	return best
}
