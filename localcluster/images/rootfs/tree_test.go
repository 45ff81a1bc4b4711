package rootfs_test

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

func TestLayerDoesNotDependOnTheOrderOfAdding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files := rapid.MapOf(rapid.StringMatching(`[a-e]{1,3}(/[a-e]{1,3}){0,3}`), rapid.SliceOf(rapid.Byte())).Draw(t, "files")
		paths := make([]string, 0, len(files))
		for p := range files {
			paths = append(paths, p)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		shuffled := func(seed uint64) []byte {
			order := append([]string(nil), paths...)
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			var tree rootfs.Tree
			for _, p := range order {
				require.NoError(t, tree.File(p+".txt", 0o644, files[p]))
			}
			var buf bytes.Buffer
			require.NoError(t, tree.WriteTar(&buf))
			return buf.Bytes()
		}
		assert.Equal(t, shuffled(seed), shuffled(seed+1))
	})
}

func TestWriteTarFixesTimesOwnersAndParents(t *testing.T) {
	var tree rootfs.Tree
	require.NoError(t, tree.Dir("tmp", 0o777|fs.ModeSticky, 0, 0))
	require.NoError(t, tree.Dir("data", 0o700, 999, 998))
	require.NoError(t, tree.File("/usr/bin/tool", 0o755, []byte("x")))
	require.NoError(t, tree.Symlink("bin", "usr/bin"))

	type row struct {
		name, link string
		mode       int64
		uid, gid   int
	}
	var got []row
	for _, h := range headers(t, &tree) {
		assert.True(t, h.ModTime.Equal(rootfs.Epoch()), h.Name)
		got = append(got, row{h.Name, h.Linkname, h.Mode, h.Uid, h.Gid})
	}
	assert.Equal(t, []row{
		{"bin", "usr/bin", 0o777, 0, 0},
		{"data/", "", 0o700, 999, 998},
		{"tmp/", "", 0o1777, 0, 0},
		{"usr/", "", 0o755, 0, 0},
		{"usr/bin/", "", 0o755, 0, 0},
		{"usr/bin/tool", "", 0o755, 0, 0},
	}, got)
}

func headers(t *testing.T, tree *rootfs.Tree) []tar.Header {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, tree.WriteTar(&buf))
	var all []tar.Header
	for tr := tar.NewReader(&buf); ; {
		h, err := tr.Next()
		if err != nil {
			return all
		}
		all = append(all, *h)
	}
}

func TestAddRefusesWhatWouldBeAmbiguous(t *testing.T) {
	var tree rootfs.Tree
	require.NoError(t, tree.File("a", 0o644, nil))
	assert.ErrorContains(t, tree.File("./a", 0o644, nil), `"a" is given twice`)
	assert.ErrorContains(t, tree.Dir("a", 0o755, 0, 0), `"a" is given twice`)
	assert.ErrorContains(t, tree.Add("dev/null", rootfs.Entry{Mode: fs.ModeDevice}), `"dev/null" has type`)
	require.NoError(t, tree.Dir("d", 0o755, 0, 0))
	require.NoError(t, tree.Dir("d", 0o700, 1, 1))
	e, ok := tree.Get("d")
	require.True(t, ok)
	assert.Equal(t, fs.ModeDir|0o700, e.Mode)
}

func TestExtract(t *testing.T) {
	var in bytes.Buffer
	tw := tar.NewWriter(&in)
	for _, h := range []tar.Header{
		{Typeflag: tar.TypeDir, Name: "./", Mode: 0o755},
		{Typeflag: tar.TypeReg, Name: "./usr/bin/su", Mode: 0o4755, Size: 2},
		{Typeflag: tar.TypeLink, Name: "./usr/bin/su2", Linkname: "./usr/bin/su"},
		{Typeflag: tar.TypeReg, Name: "../../escape", Mode: 0o644},
		{Typeflag: tar.TypeReg, Name: "./dropped/file", Mode: 0o644},
	} {
		require.NoError(t, tw.WriteHeader(&h))
		_, err := tw.Write([]byte("hi")[:h.Size])
		require.NoError(t, err)
	}
	require.NoError(t, tw.Close())
	var tree rootfs.Tree
	require.NoError(t, tree.Extract(&in, func(name string) (string, bool) { return name, name != "dropped/file" }))
	assert.Equal(t, []string{"escape", "usr/bin/su", "usr/bin/su2"}, tree.Paths())
	for _, p := range []string{"usr/bin/su", "usr/bin/su2"} {
		e, _ := tree.Get(p)
		assert.Equal(t, "hi", string(e.Data))
		assert.Equal(t, fs.FileMode(0o755), e.Mode, "set-user-id must be gone")
	}
}

func TestResolve(t *testing.T) {
	var tree rootfs.Tree
	require.NoError(t, tree.Symlink("lib64", "usr/lib64"))
	require.NoError(t, tree.Symlink("usr/lib64/ld.so", "../lib/x/ld.so"))
	require.NoError(t, tree.File("usr/lib/x/ld.so", 0o755, nil))
	require.NoError(t, tree.Symlink("loop", "loop"))
	require.NoError(t, tree.Symlink("gone", "/nowhere"))

	got, err := tree.Resolve("/lib64/ld.so")
	require.NoError(t, err)
	assert.Equal(t, "usr/lib/x/ld.so", got)
	_, err = tree.Resolve("/loop")
	assert.ErrorContains(t, err, "too many levels")
	_, err = tree.Resolve("/gone")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
