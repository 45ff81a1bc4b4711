package renderer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
)

func file(name, content string) renderer.Object {
	return renderer.Object{File: name, Content: []byte(content)}
}

func list(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		found[entry.Name()] = string(text)
	}
	return found
}

const markerText = "# Written by `tripsage render --stack s`, which replaces this folder as a whole.\n"

func TestReplaceLeavesNothingOld(t *testing.T) {
	above := t.TempDir()
	folder := filepath.Join(above, "deep", "s")
	require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("a.yaml", "1"), file("b.yaml", "2")}))
	assert.Equal(t, map[string]string{"a.yaml": "1", "b.yaml": "2", ".tripsage-render": markerText + "a.yaml\nb.yaml\n"}, list(t, folder))

	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.yaml"), []byte("edited"), 0o600))
	require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("a.yaml", "3")}))
	assert.Equal(t, map[string]string{"a.yaml": "3", ".tripsage-render": markerText + "a.yaml\n"}, list(t, folder))

	entries, err := os.ReadDir(filepath.Dir(folder))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "the working folder is gone")
	info, err := os.Stat(folder)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o755), info.Mode().Perm())
}

func TestReplaceTakesAnEmptyFolder(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("a.yaml", "1")}))
	assert.Len(t, list(t, folder), 2)
}

// A symbolic link stays one, and what it leads to is replaced.
func TestReplaceFollowsALink(t *testing.T) {
	above := t.TempDir()
	folder, link := filepath.Join(above, "real"), filepath.Join(above, "link")
	require.NoError(t, os.Mkdir(folder, 0o750))
	require.NoError(t, os.Symlink(folder, link))
	require.NoError(t, renderer.Replace(link, "s", []renderer.Object{file("a.yaml", "1")}))
	assert.Len(t, list(t, folder), 2)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
}

func TestReplaceSparesWhatIsNotOurs(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, folder string){
		"a file among ours": func(t *testing.T, folder string) {
			require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("a.yaml", "1")}))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "mine"), []byte("x"), 0o600))
		},
		"a folder of others": func(t *testing.T, folder string) {
			require.NoError(t, os.MkdirAll(folder, 0o750))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "mine"), []byte("x"), 0o600))
		},
		"a folder with the name of a file of ours": func(t *testing.T, folder string) {
			require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("mine", "1")}))
			require.NoError(t, os.Remove(filepath.Join(folder, "mine")))
			require.NoError(t, os.MkdirAll(filepath.Join(folder, "mine", "deep"), 0o750))
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "out")
			spoil(t, folder)
			before, err := os.ReadDir(folder)
			require.NoError(t, err)
			err = renderer.Replace(folder, "s", []renderer.Object{file("b.yaml", "2")})
			assert.ErrorContains(t, err, folder+" holds mine, which tripsage render did not write")
			after, err := os.ReadDir(folder)
			require.NoError(t, err)
			assert.Equal(t, len(before), len(after))
			rest, err := os.ReadDir(filepath.Dir(folder))
			require.NoError(t, err)
			assert.Len(t, rest, 1)
		})
	}
}

func TestReplaceSparesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	assert.Error(t, renderer.Replace(path, "s", nil))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
}

// What was there is still there when the new files cannot be written.
func TestAFailureChangesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "out")
	require.NoError(t, renderer.Replace(folder, "s", []renderer.Object{file("a.yaml", "1")}))
	before := list(t, folder)
	assert.Error(t, renderer.Replace(folder, "s", []renderer.Object{file("b.yaml", "1"), file("no/such/folder.yaml", "2")}))
	assert.Equal(t, before, list(t, folder))
}
