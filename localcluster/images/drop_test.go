package images

import (
	"path"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPackageSetsAreWellFormed(t *testing.T) {
	for name, set := range map[string]packageSet{"postgres": postgres{}.set(), "dragonfly": Dragonfly{}.set(),
		"prometheus": Prometheus("x").(fromDebian).set(), "alertmanager": Alertmanager("x").(fromDebian).set(),
		"postgres-exporter": PostgresExporter("x").(fromDebian).set(),
	} {
		t.Run(name, func(t *testing.T) {
			for _, pattern := range slices.Concat(set.Drop, commonDrop()) {
				_, err := path.Match(pattern, "x")
				assert.NoError(t, err, pattern)
			}
			assert.Equal(t, len(set.Packages), len(slices.Compact(slices.Sorted(slices.Values(set.Packages)))), "a package is listed twice")
			assert.NotEmpty(t, set.Account)
		})
	}
}
