package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/api/resource"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/components/internal/quantity"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"1": "", "250m": "", "512Mi": "", "1Gi": "",
		"":       "CPU is missing: expected a quantity",
		"lots":   `CPU is "lots": expected a quantity`,
		"1000m":  `CPU is "1000m": expected the canonical form 1`,
		"1024Mi": `CPU is "1024Mi": expected the canonical form 1Gi`,
		"0.5":    `CPU is "0.5": expected the canonical form 500m`,
		"0":      `CPU is "0": expected more than zero`,
		"-1":     `CPU is "-1": expected more than zero`,
	} {
		_, err := quantity.Parse("CPU", text)
		if want == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, want)
	}
}

func TestMiBIsCanonicalAndExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 1<<24).Draw(t, "count")
		amount, err := quantity.Parse("Memory", quantity.MiB(count))
		assert.NoError(t, err)
		assert.Equal(t, int64(count)<<20, amount.Value())
	})
}

// What is accepted comes back from Kubernetes letter by letter.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1", "250m", "1000m", "1Gi", "1e3", "0.1", "-1", "9999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := quantity.Parse("x", text); err != nil {
			return
		}
		amount := resource.MustParse(text)
		encoded, err := amount.MarshalJSON()
		assert.NoError(t, err)
		assert.Equal(t, `"`+text+`"`, string(encoded))
		sum := amount.DeepCopy()
		sum.Sub(resource.MustParse("0"))
		assert.Equal(t, text, sum.String())
	})
}
