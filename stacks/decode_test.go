package stacks

import (
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// The SDK has no public way to list keys: this fails when an update of it moves
// what configKeys reads.
func TestConfigKeysListsEveryNamespace(t *testing.T) {
	configure(t, config.Map{
		config.MustParseKey("tripsage:api"):       config.NewObjectValue(`{}`),
		config.MustParseKey("kubernetes:context"): config.NewValue("kind"),
		config.MustParseKey("tripsage:zzz"):       config.NewValue("1"),
	})
	var keys []string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		var err error
		keys, err = configKeys(ctx)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"kubernetes:context", "tripsage:api", "tripsage:zzz"}, keys)
}

func TestOtherNamespacesAreNotOurs(t *testing.T) {
	values := shipped(t)
	require.NoError(t, values.Set(config.MustParseKey("pulumi:tags"), config.NewObjectValue(`{"a":"b"}`), false))
	_, err := loadWith(t, values)
	assert.NoError(t, err)
}

// A bad environment leaves open which defaults apply: only real faults count.
func TestFaultsThatOnlyFollowAreLeftOut(t *testing.T) {
	for name, row := range map[string]struct {
		entries []entry
		keys    []string
	}{
		"no environment": {least("local")[1:], []string{"tripsage:environment"}},
		"bad mode": {
			append(least("local"), entry{name: "database", text: `{"mode":"cloud"}`}), []string{"tripsage:database.mode"}},
		"bad type hides rules about the value": {
			append(least("local"), entry{name: "cache", text: `{"maxMemoryMiB":"much","threads":4}`}),
			[]string{"tripsage:cache.maxMemoryMiB"}},
		"bad group hides rules about its members": {
			append(least("local"), entry{name: "api", text: `{"replicas":[1]}`}), []string{"tripsage:api.replicas"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := load(source{entries: row.entries})
			var keys []string
			for _, fault := range faults {
				keys = append(keys, fault.Key)
			}
			assert.Equal(t, row.keys, keys)
		})
	}
}

// Any one edit of a known key is reported with that key as the nearest.
func TestNearestKey(t *testing.T) {
	paths := schema().all()
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.SampledFrom(paths).Draw(t, "known").path
		at := rapid.IntRange(0, len(known)).Draw(t, "at")
		typo := known[:at] + "Q" + known[at:]
		d := decode(nil)
		assert.Equal(t, known, d.nearest(typo))
	})
}

func TestLongValuesAreCut(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	_, faults := load(source{entries: append(least("local"), entry{name: "cache", text: long})})
	require.Len(t, faults, 1)
	assert.Less(t, len(faults[0].Error()), 400)
}

// Whatever comes in: no panic, and either a valid Spec or faults that say what
// is wrong where.
func FuzzLoad(f *testing.F) {
	for _, top := range schema().group {
		for _, text := range []string{"", "{}", "null", "[]", "3", `{"a":{"b":1}}`, `{"replicas":{"min":1e9}}`, `{"url":{}}`, "{} {}"} {
			f.Add(top.name, text, false)
		}
	}
	f.Add("environment", "production", true)
	f.Add("api", `{"resources":{"cpuLimit":"99999999999999999999m"}}`, false)
	f.Fuzz(func(t *testing.T, name, text string, secret bool) {
		if len(name) > 200 {
			t.Skip("the nearest key of very long ones takes long, and the stack file is the user's own")
		}
		started := time.Now()
		entries := append(least("local"), entry{name: name, text: text, secret: secret})
		spec, faults := load(source{entries: entries})
		if len(faults) == 0 {
			assert.NoError(t, spec.Validate())
		}
		for _, fault := range faults {
			assert.True(t, strings.HasPrefix(fault.Key, "tripsage:"), fault.Key)
			assert.NotEmpty(t, fault.Found)
			assert.NotEmpty(t, fault.Expected)
			assert.NotEmpty(t, fault.Fix)
		}
		assert.Less(t, time.Since(started), 5*time.Second)
	})
}
