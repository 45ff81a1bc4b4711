package labels_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

func TestSelectorDoesNotChangeWithTheRelease(t *testing.T) {
	one := labels.Identity{Name: "api", Instance: "tripsage-api", Component: "api", Version: "1"}
	two := one
	two.Version, two.Component = "2", "backend"
	assert.Equal(t, one.Selector(), two.Selector())
	assert.NotEqual(t, one.Standard(), two.Standard())
	for key, value := range one.Selector() {
		assert.Equal(t, value, one.Standard()[key])
	}
	assert.Equal(t, "x", one.With(map[string]string{"more": "x"})["more"])
}

func TestTracksHaveSelectorsOfTheirOwn(t *testing.T) {
	all := labels.Identity{Name: "api", Instance: "tripsage-api"}
	blue, green := all, all
	blue.Track, green.Track = "blue", "green"
	assert.NotContains(t, all.Standard(), labels.TrackKey)
	assert.Equal(t, "blue", blue.Standard()[labels.TrackKey])
	assert.NotEqual(t, blue.Selector(), green.Selector())
	assert.Equal(t, map[string]string{"app.kubernetes.io/instance": "tripsage-api"}, blue.InstanceSelector())
	assert.Equal(t, all.InstanceSelector(), green.InstanceSelector())
}

// Our patterns say the same as Kubernetes' own checks, but for empty values.
func TestPatternsAgreeWithKubernetes(t *testing.T) {
	text := rapid.StringMatching(`[-a-zA-Z0-9_./ ]{0,66}`)
	rapid.Check(t, func(t *rapid.T) {
		value := text.Draw(t, "value")
		assert.Equal(t, len(validation.IsDNS1035Label(value)) == 0, labels.ValidateName("Name", value) == nil, value)
		valid := value != "" && len(validation.IsValidLabelValue(value)) == 0
		assert.Equal(t, valid, labels.ValidateValue("Version", value) == nil, value)
	})
	assert.Error(t, labels.ValidateName("Name", strings.Repeat("a", 64)))
}
