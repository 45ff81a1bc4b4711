package stacks

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/infra"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// The table has one row for each value of the Spec, and no other.
func TestTableHasEveryKey(t *testing.T) {
	var keys []string
	for _, f := range schema().all() {
		if !f.isGroup() {
			keys = append(keys, f.path)
		}
	}
	var rows []string
	for _, knob := range Knobs() {
		rows = append(rows, knob.Key)
	}
	assert.ElementsMatch(t, keys, rows)
}

func TestRowsAreComplete(t *testing.T) {
	fields := map[string]field{}
	for _, f := range schema().all() {
		assert.NotEmpty(t, f.name, "a field of %s has no config tag", f.path)
		fields[f.path] = f
	}
	for _, knob := range Knobs() {
		assert.Greater(t, len(knob.Why), 10, "%s has no reason", knob.Key)
		values := []any{knob.Default}
		for environment, value := range knob.By {
			assert.Contains(t, infra.Environments(), environment, knob.Key)
			values = append(values, value)
		}
		for _, value := range values {
			if value != nil {
				assert.Equal(t, fields[knob.Key].typ, reflect.TypeOf(value), "default of %s", knob.Key)
			}
		}
	}
}

// fill decides about a key when it comes to its row, so what the row hangs on
// must be settled before.
func TestTableOrder(t *testing.T) {
	knobs := Knobs()
	assert.Equal(t, "environment", knobs[0].Key)
	settled := false
	for _, knob := range knobs {
		settled = settled || knob.Key == "database.mode"
		assert.True(t, knob.Mode == "" || settled, knob.Key)
	}
}

// With only what has no default, each environment is without a fault.
func TestDefaultsOfEachEnvironmentAreValid(t *testing.T) {
	for _, environment := range infra.Environments() {
		t.Run(environment, func(t *testing.T) {
			spec, faults := load(source{entries: least(environment)})
			require.Empty(t, faults)
			assert.Equal(t, environment, spec.Environment)
		})
	}
}

// least is the smallest configuration of an environment.
func least(environment string) []entry {
	images := `{"api":"a` + digest + `","dragonfly":"d` + digest + `","postgres":"p` + digest + `"}`
	if environment == "local" {
		return []entry{{name: "environment", text: environment}, {name: "images", text: images}}
	}
	return []entry{
		{name: "environment", text: environment},
		{name: "images", text: `{"api":"a` + digest + `","dragonfly":"d` + digest + `"}`},
		{name: "kubernetes", text: `{"context":"shared"}`},
		{name: "database", text: `{"url":"postgres://u:p@h:5432/d","migrationURL":"postgres://o:p@h:5432/d"}`, secret: true},
		{name: "api", text: `{"encryptionKeys":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}`, secret: true},
		{name: "auth", text: `{"jwksURL":"https://p.supabase.co/auth/v1/.well-known/jwks.json"}`},
	}
}

func TestReferenceIsUpToDate(t *testing.T) {
	pulumitest.Golden(t, filepath.Join("..", "CONFIG.md"), []byte(Reference()))
}
