package debian_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images/debian"
	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// buildPackage makes a .deb with the given files.
func buildPackage(t *testing.T, name string, files map[string]string) debian.Package {
	t.Helper()
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Fatal("packages are unpacked for real: install dpkg")
	}
	dir := t.TempDir()
	files["DEBIAN/control"] = "Package: " + name + "\nVersion: 1.0\nArchitecture: all\nMaintainer: T <t@example.com>\nDescription: test\n"
	for file, text := range files {
		full := filepath.Join(dir, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
	}
	deb := filepath.Join(t.TempDir(), name+"_1.0_all.deb")
	out, err := exec.Command("dpkg-deb", "--root-owner-group", "--build", dir, deb).CombinedOutput()
	require.NoError(t, err, string(out))
	return debian.Package{Name: name, Version: "1.0", File: deb}
}

func TestUnpackMergesUsrAndDropsWhatIsNotWanted(t *testing.T) {
	one := buildPackage(t, "one", map[string]string{
		"bin/tool":                    "1",
		"usr/share/doc/one/copyright": "licence",
		"usr/share/doc/one/README":    "r",
		"usr/share/man/man1/tool.1":   "m",
		"usr/lib/x86/libz.a":          "a",
	})
	two := buildPackage(t, "two", map[string]string{"usr/bin/other": "2", "etc/other.conf": "c"})
	var tree rootfs.Tree
	require.NoError(t, debian.Unpack(context.Background(), &tree, []debian.Package{one, two}, []string{"etc", "usr/share/man", "usr/lib/*/*.a"}))
	var files []string
	for _, p := range tree.Paths() {
		if e, _ := tree.Get(p); !e.Mode.IsDir() {
			files = append(files, p)
		}
	}
	assert.Equal(t, []string{"bin", "lib", "lib64", "sbin", "usr/bin/other", "usr/bin/tool", "usr/share/doc/one/copyright"}, files)
	got, err := tree.Resolve("/bin/tool")
	require.NoError(t, err)
	assert.Equal(t, "usr/bin/tool", got)
}

func TestUnpackNamesTheDamagedPackage(t *testing.T) {
	p := buildPackage(t, "broken", map[string]string{"usr/bin/x": "x"})
	require.NoError(t, os.WriteFile(p.File, []byte("not a package"), 0o600))
	err := debian.Unpack(context.Background(), &rootfs.Tree{}, []debian.Package{p}, nil)
	assert.ErrorContains(t, err, "unpacking the Debian package broken 1.0")
}

func TestDownloadSaysHowToHelpWhenTheArchiveIsUnreachable(t *testing.T) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Fatal("packages are fetched with apt-get: install apt")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// A file: address needs no network and no retries.
	a := debian.Archive{Main: "file:" + filepath.Join(t.TempDir(), "nothing"), Keyring: "/usr/share/keyrings/debian-archive-keyring.gpg"}
	_, err := a.Download(ctx, "trixie", []string{"bash"}, t.TempDir())
	require.Error(t, err)
	assert.ErrorContains(t, err, "apt-get update failed")
	assert.ErrorContains(t, err, "nothing")
	assert.ErrorContains(t, err, "/etc/apt/sources.list*")
}

func TestFindKeyring(t *testing.T) {
	root := t.TempDir()
	_, err := debian.FindKeyring(root)
	assert.ErrorContains(t, err, "apt-get install debian-archive-keyring")
	dir := filepath.Join(root, "usr/share/keyrings")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	file := filepath.Join(dir, "debian-archive-keyring.pgp")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	got, err := debian.FindKeyring(root)
	require.NoError(t, err)
	assert.Equal(t, file, got)
}
