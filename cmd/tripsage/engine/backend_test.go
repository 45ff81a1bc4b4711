package engine_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// newSalt is the line of a stack file whose secrets open with the passphrase.
func newSalt(t *testing.T, passphrase string) string {
	t.Helper()
	salt := []byte("8 bytes!")
	check, err := config.NewSymmetricCrypterFromPassphrase(passphrase, salt).EncryptValue(t.Context(), "pulumi")
	require.NoError(t, err)
	return fmt.Sprintf("encryptionsalt: v1:%s:%s\n", base64.StdEncoding.EncodeToString(salt), check)
}

// A pipeline's machine is new each time: the state is where they all see it.
func TestASharedBackendServesEveryMachine(t *testing.T) {
	first := newOptions(t)
	first.Backend = "file://" + t.TempDir()
	_, err := engine.Up(t.Context(), first)
	require.ErrorContains(t, err, "is shared, so Pulumi.test.yaml must say how the state is encrypted")

	file := filepath.Join(first.Project, "Pulumi.test.yaml")
	committed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append([]byte(newSalt(t, "correct horse")), committed...), 0o600))
	_, err = engine.Up(t.Context(), first)
	require.ErrorContains(t, err, "set PULUMI_CONFIG_PASSPHRASE_FILE to the file that holds it")

	passphrase := filepath.Join(t.TempDir(), "passphrase")
	require.NoError(t, os.WriteFile(passphrase, []byte("correct horse"), 0o600))
	t.Setenv("PULUMI_CONFIG_PASSPHRASE_FILE", passphrase)
	_, err = engine.Outputs(t.Context(), first)
	require.ErrorIs(t, err, engine.ErrNoStack)
	up, err := engine.Up(t.Context(), first)
	require.NoError(t, err)
	assert.True(t, up.Changed())

	second := first
	second.Home = t.TempDir()
	outputs, err := engine.Outputs(t.Context(), second)
	require.NoError(t, err)
	assert.Equal(t, up.Outputs, outputs)
	again, err := engine.Preview(t.Context(), second)
	require.NoError(t, err)
	assert.False(t, again.Changed(), "another machine sees the same: %v", again.Changes)
	_, err = engine.Destroy(t.Context(), second)
	require.NoError(t, err)
	require.NoError(t, engine.Forget(t.Context(), second))
	_, err = engine.Outputs(t.Context(), first)
	require.ErrorIs(t, err, engine.ErrNoStack)
}

func TestBackendIsAURLOfPulumis(t *testing.T) {
	o := newOptions(t)
	o.Backend = "ftp://state"
	_, err := engine.Preview(t.Context(), o)
	assert.ErrorContains(t, err, `backend "ftp://state": expected a URL of Pulumi's`)
}
