package stacks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/infra"
)

// The early check has to say the same as the engine's run, or it would teach
// people something else.
func TestCheckFileSaysWhatLoadSays(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	compared := 0
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, want := loadWith(t, stackFile(t, path))
			var bad *Error
			require.ErrorAs(t, want, &bad)
			got := CheckFile(path, bad.Stack, nil)
			if got == nil { // encrypted, which only the engine can read
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.Contains(t, string(text), "secure:")
				return
			}
			compared++
			assert.Equal(t, bad.Error(), got.Error())
		})
	}
	assert.Greater(t, compared, len(paths)/2)
}

func TestCheckFileAcceptsTheShippedStack(t *testing.T) {
	images := map[string]any{}
	for _, name := range []string{"api", "dragonfly", "postgres", "prometheus", "alertmanager", "postgresExporter"} {
		images[name] = "tripsage.local/" + strings.ToLower(name) + digest
	}
	assert.NoError(t, CheckFile("../Pulumi.local.yaml", "local", map[string]any{"tripsage:images": images}))
	assert.ErrorContains(t, CheckFile("../Pulumi.local.yaml", "local", nil), "tripsage:images.api")
}

func TestCheckFileReportsWhatIsNotYAML(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config: [\n"), 0o600))
	assert.ErrorContains(t, CheckFile(path, "x", nil), path)
	assert.ErrorIs(t, CheckFile(path+".missing", "x", nil), os.ErrNotExist)
}

func TestTargetOfAStack(t *testing.T) {
	all := []string{"api", "dragonfly", "postgres", "prometheus", "alertmanager", "postgresExporter"}
	shared := []string{"api", "dragonfly", "prometheus", "alertmanager"} // without the database's URL
	for stack, want := range map[string]Target{
		"local":      {Images: all},
		"staging":    {Images: shared, Context: "tripsage-staging", Services: true},
		"production": {Images: shared, Context: "tripsage-production", Services: true},
	} {
		found, err := TargetOf("../Pulumi." + stack + ".yaml")
		require.NoError(t, err)
		assert.Equal(t, want, found)
	}
	path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config:\n  tripsage:database: {mode: external, url: {secure: x}}\n"), 0o600))
	found, err := TargetOf(path)
	require.NoError(t, err)
	assert.Equal(t, Target{Images: all[:2]}, found)
}

func TestOperatorOfAStack(t *testing.T) {
	local, err := OperatorOf("../Pulumi.local.yaml")
	require.NoError(t, err)
	assert.Equal(t, "tripsage", local.Namespace)
	assert.False(t, local.Protected)
	assert.Equal(t, infra.Tokens{Secret: "tripsage-api", Key: "jwt-secret", Audience: "authenticated"}, local.Tokens)

	production, err := OperatorOf("../Pulumi.production.yaml")
	require.NoError(t, err)
	assert.Equal(t, "tripsage-production", production.Context)
	assert.True(t, production.Protected)
	assert.Empty(t, production.Tokens.Key, "Supabase signs")
	assert.Equal(t, "https://tripsage.supabase.co/auth/v1", production.Tokens.Issuer)

	path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config:\n  tripsage:environment: staging\n  tripsage:auth: {jwtSecret: {secure: x}}\n"), 0o600))
	known, err := OperatorOf(path)
	require.NoError(t, err)
	assert.Equal(t, "jwt-secret", known.Tokens.Key, "set, though nobody here can read it")
}

// A newcomer's first preview of a shared stack says what to do.
func TestMissingSecretsAreAskedForByCommand(t *testing.T) {
	for _, stack := range []string{"staging", "production"} {
		err := CheckFile("../Pulumi."+stack+".yaml", stack, nil)
		var bad *Error
		require.ErrorAs(t, err, &bad)
		require.Len(t, bad.Faults, 9)
		for _, path := range []string{"api.encryptionKeys", "database.migrationURL", "database.url", "github.deliveryToken", "github.previewDeliveryToken", "github.previewVercelToken", "github.vercelToken", "monitoring.databaseURL", "vercel.nextAuthSecret"} {
			assert.ErrorContains(t, err, "tripsage:"+path+": found nothing (the key is not set), expected ")
			assert.ErrorContains(t, err, "; fix: `pulumi config set --path --secret "+path+"`, which asks for the value. ")
		}
	}
}
