package compose

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/tripsage/infrastructure/service/config"
)

func secrets(root string, args ...string) (string, error) {
	out, err := exec.Command(repository+"/deploy/secrets.sh", append([]string{root}, args...)...).CombinedOutput()
	return string(out), err
}

// files are the secrets below a folder, with what they hold.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	all, err := filepath.Glob(filepath.Join(root, "*", "*"))
	require.NoError(t, err)
	for _, file := range all {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found[strings.TrimPrefix(file, root+"/")] = string(text)
	}
	return found
}

func TestSecretsAreMadeOnce(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	out, err := secrets(one, "make")
	require.NoError(t, err, out)
	assert.Empty(t, out, "nothing about secrets in the log")
	first := files(t, one)
	require.Len(t, first, 11)

	out, err = secrets(one, "make")
	require.NoError(t, err, out)
	assert.Equal(t, first, files(t, one), "a second start changes nothing")
	_, err = secrets(other, "make")
	require.NoError(t, err)
	for name, value := range files(t, other) {
		assert.NotEqual(t, first[name], value, name)
	}

	// A start that was cut short: what is there stays, and the rest fits it.
	require.NoError(t, os.Remove(filepath.Join(one, "api/database-url")))
	require.NoError(t, os.WriteFile(filepath.Join(one, "api/database-url.new"), []byte("half"), 0o600))
	_, err = secrets(one, "make")
	require.NoError(t, err)
	assert.Equal(t, first, files(t, one))

	out, err = secrets(one, "show", "api/jwt-secret")
	require.NoError(t, err)
	assert.Equal(t, first["api/jwt-secret"], out)
	for _, wrong := range []string{"../compose/doc.go", "api", "api/none"} {
		out, err = secrets(one, "show", wrong)
		require.Error(t, err)
		assert.Contains(t, out, "there is no secret "+wrong)
	}
}

// The API's own configuration takes the services' environment with the files
// that it finds in its volumes.
func TestTheProgramsAcceptTheirConfiguration(t *testing.T) {
	root := t.TempDir()
	out, err := secrets(root, "make")
	require.NoError(t, err, out)
	p := project(t)
	environment := func(name string) func(string) string {
		s := p.Services[name]
		return func(key string) string {
			value := s.Environment[key]
			if value == nil {
				return ""
			}
			for _, volume := range s.Volumes {
				if rest, inside := strings.CutPrefix(*value, volume.Target+"/"); inside {
					return filepath.Join(root, folderOf(t, p, volume.Source), rest)
				}
			}
			return *value
		}
	}
	api, err := config.Load(environment("api"))
	require.NoError(t, err)
	migration, err := config.LoadMigration(environment("migrate"))
	require.NoError(t, err)
	assert.Len(t, api.EncryptionKeys.Reveal(), 1)

	made := files(t, root)
	for address, password := range map[string]string{
		api.Database.URL.Reveal(): made["postgres/authenticator-password"],
		migration.URL.Reveal():    made["postgres/superuser-password"],
		api.Cache.URL.Reveal():    made["dragonfly/password"],
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		got, _ := u.User.Password()
		assert.Equal(t, password, got)
		assert.Contains(t, p.Services, u.Hostname())
	}
	assert.Equal(t, "--requirepass="+made["dragonfly/password"]+"\n", made["dragonfly/flags"])
	database, err := url.Parse(api.Database.URL.Reveal())
	require.NoError(t, err)
	assert.Equal(t, *p.Services["postgres"].Environment["POSTGRES_DATABASE"], strings.Trim(database.Path, "/"))
}

// folderOf is where secrets.sh finds the volume that a service reads.
func folderOf(t *testing.T, p *types.Project, volume string) string {
	t.Helper()
	for _, v := range p.Services["secrets"].Volumes {
		if v.Source == volume {
			return strings.TrimPrefix(v.Target, "/secrets/")
		}
	}
	t.Fatalf("nobody fills the volume %s", volume)
	return ""
}

// Each server finds the files that it is told of, and no other's.
func TestEachServiceSeesItsOwnSecrets(t *testing.T) {
	root := t.TempDir()
	_, err := secrets(root, "make")
	require.NoError(t, err)
	p := project(t)
	readers := map[string][]string{}
	for name, s := range p.Services {
		for _, volume := range s.Volumes {
			if name != "secrets" && strings.HasSuffix(volume.Source, "-secrets") {
				assert.True(t, volume.ReadOnly, name)
				readers[folderOf(t, p, volume.Source)] = append(readers[folderOf(t, p, volume.Source)], name)
			}
		}
	}
	assert.Equal(t, map[string][]string{
		"api": {"api"}, "migrate": {"migrate"}, "postgres": {"postgres"}, "dragonfly": {"dragonfly"}, "grafana": {"grafana"},
	}, readers)
	for file := range files(t, root) {
		assert.Contains(t, readers, filepath.Dir(file), "nobody reads %s", file)
	}
	assert.FileExists(t, filepath.Join(root, "grafana", filepath.Base(*p.Services["grafana"].Environment["GF_SECURITY_ADMIN_PASSWORD__FILE"])))
}

// Each service finds every file that the cluster's pod finds in its Secret.
func TestTheFilesAreThoseOfTheClustersSecrets(t *testing.T) {
	root := t.TempDir()
	_, err := secrets(root, "make")
	require.NoError(t, err)
	local := rendered(t, "local")
	for service, name := range counterparts {
		keys := secretKeys(local.pods[name].spec.Volumes)
		require.NotEmpty(t, keys, service)
		for _, key := range keys {
			assert.FileExists(t, filepath.Join(root, service, key), "deploy/secrets.sh makes what the cluster generates")
		}
	}
}

func secretKeys(volumes []corev1.Volume) (keys []string) {
	for _, volume := range volumes {
		var items []corev1.KeyToPath
		if volume.Secret != nil {
			items = volume.Secret.Items
		}
		if volume.Projected != nil {
			for _, source := range volume.Projected.Sources {
				if source.Secret != nil {
					items = append(items, source.Secret.Items...)
				}
			}
		}
		for _, item := range items {
			keys = append(keys, item.Path)
		}
	}
	return keys
}

func TestShellcheck(t *testing.T) {
	scripts, err := filepath.Glob(repository + "/deploy/*.sh")
	require.NoError(t, err)
	below, err := filepath.Glob(repository + "/deploy/*/*.sh")
	require.NoError(t, err)
	scripts = append(scripts, below...)
	require.Len(t, scripts, 2, "secrets.sh and datadog/load.sh, or a third that this line should know")
	out, err := exec.Command("shellcheck", scripts...).CombinedOutput()
	assert.NoError(t, err, string(out))
}
