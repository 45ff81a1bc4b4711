package images

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tripsage/infrastructure/localcluster/images/debian"
	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// suite is the Debian release that packages come from.
const suite = "trixie"

// serviceID is the user and group of the database and of the cache. Upstream's
// images use the same number.
const serviceID = 999

// packageSet is a file system made from Debian packages.
type packageSet struct {
	// Packages are names, without dependencies: what is listed is what is in
	// the image, and the library check tells when the list is too short.
	Packages []string
	// Drop are path.Match patterns of files and folders to leave out.
	Drop []string
	// Account is the name of the user with number serviceID.
	Account, Home string
}

// unpack downloads the packages and gives the file system and the list of
// packages with their versions.
func (s packageSet) unpack(ctx context.Context, log io.Writer, image string) (*rootfs.Tree, []string, error) {
	archive, err := hostArchive()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "tripsage-packages-")
	if err != nil {
		return nil, nil, fmt.Errorf("making a folder for packages: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	start := time.Now()
	_, _ = fmt.Fprintf(log, "%s: downloading %d packages of Debian %s from %s\n", image, len(s.Packages), suite, archive.Main)
	packages, err := archive.Download(ctx, suite, s.Packages, dir)
	if err != nil {
		return nil, nil, err
	}
	_, _ = fmt.Fprintf(log, "%s: downloaded in %s, unpacking\n", image, time.Since(start).Round(time.Millisecond))
	tree := &rootfs.Tree{}
	if err := debian.Unpack(ctx, tree, packages, slices.Concat(s.Drop, commonDrop())); err != nil {
		return nil, nil, err
	}
	if err := s.addSystemFiles(tree); err != nil {
		return nil, nil, err
	}
	if err := tree.CheckLibraries(); err != nil {
		return nil, nil, fmt.Errorf("the package list of the image is too short: %w", err)
	}
	var versions []string
	for _, p := range packages {
		versions = append(versions, p.Name+"="+p.Version)
	}
	return tree, versions, nil
}

func hostArchive() (debian.Archive, error) {
	archive, err := debian.HostArchive(os.DirFS("/etc/apt"))
	if err != nil {
		return archive, err
	}
	archive.Keyring, err = debian.FindKeyring("/")
	return archive, err
}

// commonDrop leaves out what no service reads: documentation, translations,
// headers, other character sets' converters, and the set-up of a whole system.
func commonDrop() []string {
	return []string{
		"etc", "var", "run", "boot", "home", "root", "srv", "mnt", "media", "opt", "dev", "proc", "sys",
		"usr/sbin", "usr/games", "usr/include", "usr/src", "usr/local",
		"usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian", "usr/share/bug",
		"usr/share/bash-completion", "usr/share/debianutils", "usr/share/gdb", "usr/share/gcc", "usr/share/menu",
		"usr/lib/systemd", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "usr/lib/*/gconv", "usr/lib/*/engines-3", "usr/lib/*/audit",
		"usr/lib/*.a", "usr/lib/*/*.a",
	}
}

// addSystemFiles makes what maintainer scripts would have made.
func (s packageSet) addSystemFiles(t *rootfs.Tree) error {
	passwd := fmt.Sprintf("root:x:0:0:root:/:/usr/sbin/nologin\n%s:x:%d:%d::%s:/usr/sbin/nologin\n", s.Account, serviceID, serviceID, s.Home)
	group := fmt.Sprintf("root:x:0:\n%s:x:%d:\n", s.Account, serviceID)
	files := [][2]string{
		{"etc/passwd", passwd},
		{"etc/group", group},
		{"etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"},
		{"etc/os-release", "ID=debian\nNAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=" + suite + "\nHOME_URL=\"https://www.debian.org/\"\n"},
	}
	for _, f := range files {
		if err := t.File(f[0], 0o644, []byte(f[1])); err != nil {
			return err
		}
	}
	if err := t.Symlink("var/run", "/run"); err != nil {
		return err
	}
	for _, dir := range []string{"run", "proc", "sys", "dev"} {
		if err := t.Dir(dir, 0o755, 0, 0); err != nil {
			return err
		}
	}
	return t.Dir("tmp", 0o777|os.ModeSticky, 0, 0)
}

// packagesLabel lists the packages for people and scanners.
func packagesLabel(versions []string) string { return strings.Join(versions, " ") }
