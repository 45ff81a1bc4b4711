package rule

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
)

func value(v any) Value {
	raw, err := property.Any(v)
	if err != nil {
		panic(err)
	}
	return Of(property.NewMap(map[string]property.Value{"v": raw})).At("v")
}

func TestQuantity(t *testing.T) {
	for text, want := range map[any]float64{
		"1": 1, "100m": 0.1, "300m": 0.3, "1.5": 1.5, ".5": 0.5, "5.": 5, "2k": 2000, "1M": 1e6, "1Ki": 1024, "512Mi": 512 << 20,
		"1Ei": 1 << 60, "1E": 1e18, "1e3": 1000, "1E3": 1000, "2E-1": 0.2, "7u": 7e-6, "5n": 5e-9, "-1": -1, 3.0: 3,
	} {
		have, ok := Quantity(value(text))
		assert.True(t, ok, text)
		assert.InEpsilon(t, want, have, 1e-12, text)
	}
	for _, text := range []any{"", "m", "1 Gi", "1gi", "1GiB", "12MB", "0x10", "1e", true, nil, "NaN", "1Mi2"} {
		_, ok := Quantity(value(text))
		assert.False(t, ok, text)
	}
}

func TestShare(t *testing.T) {
	for v, want := range map[any]float64{2.0: 2, "25%": 1, "50%": 2, "51%": 3, "100%": 4, "0%": 0} {
		have, ok := Share(value(v), 4)
		assert.True(t, ok, v)
		assert.InDelta(t, want, have, 0, v)
	}
	for _, v := range []any{"2", "%", "many", nil, true, "1.5%"} {
		_, ok := Share(value(v), 4)
		assert.False(t, ok, v)
	}
}
