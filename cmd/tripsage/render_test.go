package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/stacks"
)

// contents reads all files of a folder, the hidden ones too.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	found := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		found[entry.Name()] = string(text)
	}
	return found
}

// Every stack renders without anything but this checkout, twice the same, and
// each file is the object that its name says.
func TestRender(t *testing.T) {
	for _, stack := range committed(t) {
		t.Run(stack, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "out")
			out, err := tripsage(t, "render", "--project", "../..", "--stack", stack, "--out", folder)
			require.NoError(t, err)
			assert.Regexp(t, `^wrote \d+ objects of stack `+stack+` to `+regexp.QuoteMeta(folder)+`\n$`, out)
			first := contents(t, folder)

			out, err = tripsage(t, "render", "--project", "../..", "--stack", stack, "--out", folder, "--json")
			require.NoError(t, err)
			assert.Equal(t, first, contents(t, folder))
			var report rendered
			require.NoError(t, json.Unmarshal([]byte(out), &report))
			assert.Equal(t, stack, report.Stack)
			assert.Equal(t, folder, report.Folder)
			assert.Len(t, report.Objects, len(first)-1, "and the marker")
			for _, one := range report.Objects {
				var object struct {
					APIVersion, Kind string
					Metadata         struct{ Name, Namespace string }
				}
				require.NoError(t, yaml.Unmarshal([]byte(first[one.File]), &object), one.File)
				assert.Equal(t, []string{one.APIVersion, one.Kind, one.Name, one.Namespace},
					[]string{object.APIVersion, object.Kind, object.Metadata.Name, object.Metadata.Namespace})
				assert.Contains(t, one.File, strings.ToLower(one.Kind)+"."+one.Name)
			}
		})
	}
}

func TestRenderIntoTheProject(t *testing.T) {
	project := t.TempDir()
	write(t, project, "local", configOf(t, "local"))
	t.Chdir(project)
	out, err := tripsage(t, "render")
	require.NoError(t, err)
	assert.Regexp(t, `^wrote \d+ objects of stack local to rendered/local\n$`, out)
	assert.Contains(t, contents(t, filepath.Join("rendered", "local")), "namespace.tripsage.yaml")

	require.NoError(t, os.WriteFile(filepath.Join("rendered", "local", "notes.txt"), nil, 0o600))
	before := contents(t, filepath.Join("rendered", "local"))
	_, err = tripsage(t, "render")
	assert.ErrorContains(t, err, "rendered/local holds notes.txt, which tripsage render did not write")
	assert.Equal(t, before, contents(t, filepath.Join("rendered", "local")))
}

func TestRenderNamesWhatIsWrong(t *testing.T) {
	project := t.TempDir()
	write(t, project, "local", with(configOf(t, "local"), "tripsage:api.logLevel", "loud"))
	folder := filepath.Join(project, "out")
	_, err := tripsage(t, "render", "--project", project, "--out", folder)
	var bad *stacks.Error
	require.ErrorAs(t, err, &bad)
	assert.ErrorContains(t, err, `tripsage:api.logLevel: found "loud"`)
	assert.NoDirExists(t, folder)

	_, err = tripsage(t, "render", "--project", project, "--stack", "prod")
	assert.EqualError(t, err, `stack "prod": there is no Pulumi.prod.yaml in `+project)
	_, err = tripsage(t, "render", "--project", folder)
	assert.ErrorContains(t, err, "no Pulumi.yaml in "+folder)
}

func TestVercelJSON(t *testing.T) {
	out, err := tripsage(t, "vercel-json", "--project", "../..", "--stack", "production")
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &file))
	assert.Contains(t, file, "headers")
	want, err := stacks.VercelJSON("../..", "production")
	require.NoError(t, err)
	assert.Equal(t, string(want), out)
	assert.Equal(t, byte('\n'), out[len(out)-1])

	_, err = tripsage(t, "vercel-json", "--project", "../..", "--stack", "local")
	assert.ErrorContains(t, err, "has no frontend")
}
