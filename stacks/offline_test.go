package stacks

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/tripsage/infrastructure/infra"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

type object = map[string]any

// writeStack adds Pulumi.<stack>.yaml to the folder: the shipped local stack
// with some of its keys changed.
func writeStack(t *testing.T, folder, stack string, changes object) {
	t.Helper()
	config, err := readFile("../Pulumi.local.yaml")
	require.NoError(t, err)
	for key, value := range changes {
		config["tripsage:"+key] = value
	}
	text, err := yaml.Marshal(object{"config": config})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi."+stack+".yaml"), text, 0o600))
}

func secure(text string) object { return object{"secure": text} }

func readChanged(t *testing.T, changes object) (offlineSpec, error) {
	t.Helper()
	folder := t.TempDir()
	writeStack(t, folder, "x", changes)
	return readOffline(folder, "x")
}

func TestOfflineHasTheGraphOfTheEngine(t *testing.T) {
	configure(t, shipped(t))
	want, err := pulumitest.Up(Program)
	require.NoError(t, err)
	got, err := Offline(t.Context(), "..", "local")
	require.NoError(t, err)
	assert.Equal(t, names(want), names(pulumitest.Recording(got)))
}

func TestOfflineKnowsNoSecret(t *testing.T) {
	for name, database := range map[string]object{
		"missing":   {"mode": "external"},
		"encrypted": {"mode": "external", "url": secure("v1:cipher:text")},
	} {
		t.Run(name, func(t *testing.T) {
			known, err := readChanged(t, object{"database": database})
			require.NoError(t, err)
			assert.Equal(t, "postgres://redacted:redacted@redacted.invalid:5432/redacted", known.spec.Database.URL.Reveal())
		})
	}
}

func TestOfflineSetsTheImagesThatUpBuilds(t *testing.T) {
	known, err := readChanged(t, nil)
	require.NoError(t, err)
	zeros := "@sha256:" + strings.Repeat("0", 64)
	assert.Equal(t, infra.Images{
		API: "tripsage.local/api" + zeros, Dragonfly: "tripsage.local/dragonfly" + zeros, Postgres: "tripsage.local/postgres" + zeros,
		Prometheus: "tripsage.local/prometheus" + zeros, Alertmanager: "tripsage.local/alertmanager" + zeros,
		PostgresExporter: "tripsage.local/postgresexporter" + zeros,
	}, known.spec.Images)

	given := "ghcr.io/tripsage/api" + digest
	known, err = readChanged(t, object{"images": object{"api": given}})
	require.NoError(t, err)
	assert.Equal(t, given, known.spec.Images.API)

	_, err = readChanged(t, object{"environment": "staging"})
	assert.ErrorContains(t, err, "tripsage:images.api: found nothing", "only the local stack's images are built on the way")
}

// A value that is encrypted without being a secret decides what the stack is,
// and nobody can read it here.
func TestOfflineRefusesWhatItCannotRead(t *testing.T) {
	for name, row := range map[string]struct {
		changes object
		want    []string
	}{
		"a plain key": {object{"cache": object{"cpuRequest": secure("x")}}, []string{
			"tripsage:cache.cpuRequest: found an encrypted value, expected a plain one: nothing in it is kept secret; fix: set it again without --secret"}},
		"a plain key beside a secret": {object{"database": object{"mode": secure("x"), "url": secure("y")}}, []string{
			"tripsage:database.mode: found an encrypted value, expected a plain one: only tripsage:database.url, tripsage:database.migrationURL, tripsage:database.directURL is kept secret"}},
		"a whole group": {object{"database": secure("x")}, []string{
			"tripsage:database: found an encrypted value, expected a plain one: only tripsage:database.url, tripsage:database.migrationURL, tripsage:database.directURL is kept secret; fix: set its keys one by one"}},
		"a group in a list": {object{"database": []any{secure("x")}}, []string{"tripsage:database: found an encrypted value"}},
		"the environment":   {object{"environment": secure("x")}, []string{"tripsage:environment: found an encrypted value"}},
		"an unknown key": {object{"databse": object{"url": secure("x")}}, []string{
			"tripsage:databse: found an unknown key"}},
		"an unknown key in a group": {object{"database": object{"mode": "external", "ulr": secure("x")}}, []string{
			"tripsage:database.ulr: found an unknown key"}},
		"a secret in clear": {object{"database": object{"mode": "external", "url": "postgres://me:hunter2@db/app"}}, []string{
			"tripsage:database.url: found a value in clear"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readChanged(t, row.changes)
			var bad *Error
			require.ErrorAs(t, err, &bad)
			require.Len(t, bad.Faults, len(row.want), bad.Error())
			for i, want := range row.want {
				assert.Contains(t, bad.Faults[i].Error(), want)
			}
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// forgiven tells a fault that is none for who may not read secrets and does
// not build images.
func forgiven(fault *infra.Fault) bool {
	isSecret := slices.ContainsFunc(Knobs(), func(k Knob) bool { return infra.Key(k.Key) == fault.Key && k.Placeholder != "" })
	isImage := strings.HasPrefix(fault.Key, "tripsage:images.")
	return fault.Found == notSet && (isSecret || isImage)
}

// Rendering must not teach people other rules than deploying does.
func TestOfflineSaysWhatLoadSays(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	compared := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.Contains(string(text), "secure:") {
			continue // See TestOfflineRefusesWhatItCannotRead.
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := loadWith(t, stackFile(t, path))
			var bad *Error
			require.ErrorAs(t, err, &bad)
			want := slices.DeleteFunc(bad.Faults, forgiven)
			folder := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi.x.yaml"), text, 0o600))
			_, got := readOffline(folder, "x")
			if len(want) == 0 {
				assert.NoError(t, got)
				return
			}
			compared++
			require.Error(t, got)
			assert.Equal(t, (&Error{Stack: "x", Faults: want}).Error(), got.Error())
		})
	}
	assert.Greater(t, compared, len(paths)*2/3)
}

func TestOfflineNamesWhatIsNotThere(t *testing.T) {
	folder := t.TempDir()
	_, err := Offline(t.Context(), folder, "prod")
	assert.EqualError(t, err, `stack "prod": there is no Pulumi.prod.yaml in `+folder)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi.prod.yaml"), []byte("config: ["), 0o600))
	_, err = Offline(t.Context(), folder, "prod")
	assert.ErrorContains(t, err, "Pulumi.prod.yaml: yaml")
}
