package e2e

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/require"
)

// secure gives the operator's stack file a passphrase, and returns values as
// `pulumi config set --secret` would write them there.
func (o *operator) secure(t *testing.T, values ...string) (encrypted []string) {
	t.Helper()
	const passphrase, salt = "of a drill", "8 bytes!"
	crypter := config.NewSymmetricCrypterFromPassphrase(passphrase, []byte(salt))
	encrypt := func(value string) string {
		text, err := crypter.EncryptValue(t.Context(), value)
		require.NoError(t, err)
		return text
	}
	for _, value := range values {
		encrypted = append(encrypted, fmt.Sprintf("{secure: %q}", encrypt(value)))
	}
	edit(t, o.project, "config:\n  # ", fmt.Sprintf("encryptionsalt: v1:%s:%s\nconfig:\n  # ",
		base64.StdEncoding.EncodeToString([]byte(salt)), encrypt("pulumi")))
	file := filepath.Join(t.TempDir(), "passphrase")
	writeFile(t, file, passphrase)
	o.env = append(o.env, "PULUMI_CONFIG_PASSPHRASE_FILE="+file)
	return encrypted
}
