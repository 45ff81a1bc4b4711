package preview

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/internal/outsidetest"
	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/stacks"
)

// A newcomer's first preview names what is missing. When that is set, encrypted
// as it has to be, the next one shows the whole platform, and no secret is
// anywhere in clear.
func TestPreviewOfStacks(t *testing.T) {
	for _, stack := range []string{"staging", "production"} {
		t.Run(stack, func(t *testing.T) {
			w := newWorld(t, stacks.Program)
			w.options.Project, w.options.Stack, w.options.Config = copyProject(t, stack), stack, nil
			w.options.Env["KUBECONFIG"] = unreachable(t, "tripsage-"+stack)

			_, err := engine.Preview(t.Context(), w.options)
			require.Error(t, err)
			for key := range outsidetest.Secrets() {
				assert.ErrorContains(t, err, "tripsage:"+key+": found nothing")
			}
			assert.Equal(t, len(outsidetest.Secrets()), strings.Count(err.Error(), "; fix: "), "%v", err)

			setSecrets(t, w.options)
			w.options.Home = filepath.Join(t.TempDir(), "home")
			summary, err := engine.Preview(t.Context(), w.options)
			require.NoError(t, err)
			pulumitest.Golden(t, stack+".txt", []byte(list(summary)))
			for _, warning := range summary.Warnings {
				assert.Contains(t, warning, "unreachable")
			}
			for _, secret := range outsidetest.Secrets() {
				nowhere(t, w.options, secret)
			}
			assert.Empty(t, w.github.writes())
			assert.Empty(t, w.vercel.writes())
		})
	}
}

// copyProject makes a project whose stack file may be changed.
func copyProject(t *testing.T, stack string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi." + stack + ".yaml"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	return dir
}

// setSecrets sets what is missing with the commands that the preview names.
func setSecrets(t *testing.T, o engine.Options) {
	t.Helper()
	passphrase := filepath.Join(t.TempDir(), "passphrase")
	require.NoError(t, os.WriteFile(passphrase, []byte("the passphrase of a test"), 0o600))
	t.Setenv("PULUMI_CONFIG_PASSPHRASE_FILE", passphrase)
	t.Setenv("PULUMI_HOME", t.TempDir())
	t.Setenv("PULUMI_BACKEND_URL", "file://"+t.TempDir())
	require.NoError(t, outsidetest.InitStack(t.Context(), o.PulumiRoot, o.Project, o.Stack, os.Environ()))
}

// unreachable is a kubeconfig whose cluster nobody answers for. The Kubernetes
// provider then goes by what the program says; what an API server makes of the
// objects is for other tests. Without a credential it would ask for a password
// and wait for an answer.
func unreachable(t *testing.T, name string) string {
	t.Helper()
	text := strings.ReplaceAll(`apiVersion: v1
kind: Config
clusters: [{name: NAME, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: NAME, context: {cluster: NAME, user: NAME}}]
users: [{name: NAME, user: {token: none}}]
`, "NAME", name)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
