package infra

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	spec := Spec{Database: Database{URL: NewSecret("hunter2")}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		assert.NotContains(t, fmt.Sprintf(verb, spec), "hunter2", verb)
		assert.Contains(t, fmt.Sprintf(verb, spec.Database.URL), "[secret]", verb)
	}
	text, err := json.Marshal(spec)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "hunter2")
	assert.Equal(t, "hunter2", spec.Database.URL.Reveal())
}

func TestSecretUnset(t *testing.T) {
	assert.False(t, NewSecret("").IsSet())
	assert.True(t, NewSecret("x").IsSet())
	assert.Equal(t, `""`, fmt.Sprint(NewSecret("")))
}
