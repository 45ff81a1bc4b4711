package infra

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/api/resource"
	"pgregory.net/rapid"
)

// What we accept must be exactly what the apiserver gives back unchanged:
// Kubernetes' own parser is the judge.
func TestAcceptedQuantitiesAreCanonical(t *testing.T) {
	form := rapid.StringMatching(`[0-9]{0,6}(m|Mi|Gi|M|k|\.5)?`)
	rapid.Check(t, func(t *rapid.T) {
		text := form.Draw(t, "quantity")
		if millis, ok := cpuMillis(text); ok {
			quantity := resource.MustParse(text)
			assert.Equal(t, text, canonical(quantity))
			assert.Equal(t, int64(millis), quantity.MilliValue())
		}
		if mebibytes, ok := memoryMiB(text); ok {
			quantity := resource.MustParse(text)
			assert.Equal(t, text, canonical(quantity))
			assert.Equal(t, int64(mebibytes)<<20, quantity.Value())
		}
	})
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]int{"1": 1000, "250m": 250, "1500m": 1500, "16": 16000} {
		got, ok := cpuMillis(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "0m", "1000m", "0.5", "-1", "1Mi", " 1", "1 ", "01"} {
		_, ok := cpuMillis(text)
		assert.False(t, ok, text)
	}
	for text, want := range map[string]int{"64Mi": 64, "1Gi": 1024, "1536Mi": 1536} {
		got, ok := memoryMiB(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0Mi", "1024Mi", "1024Gi", "1G", "64", "64mi", "64Mi\n"} {
		_, ok := memoryMiB(text)
		assert.False(t, ok, text)
	}
}

// canonical drops the text that the quantity remembers from parsing.
func canonical(q resource.Quantity) string {
	text, suffix := q.CanonicalizeBytes(nil)
	return string(text) + string(suffix)
}
