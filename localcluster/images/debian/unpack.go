package debian

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// Unpack adds the files of packages to a tree, in the order given. drop lists
// path.Match patterns of files and folders to leave out. Copyright files are
// kept, because the licences ask for it; other documentation is not.
func Unpack(ctx context.Context, t *rootfs.Tree, packages []Package, drop []string) error {
	for _, link := range mergedDirs() {
		if err := t.Symlink(link, "usr/"+link); err != nil {
			return err
		}
	}
	place := func(name string) (string, bool) {
		name = mergeUsr(name)
		return name, name != "" && keep(name, drop)
	}
	for _, p := range packages {
		if err := unpackOne(ctx, t, p, place); err != nil {
			return fmt.Errorf("unpacking the Debian package %s %s: %w", p.Name, p.Version, err)
		}
	}
	return nil
}

func unpackOne(ctx context.Context, t *rootfs.Tree, p Package, place func(string) (string, bool)) error {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", p.File)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("dpkg-deb --fsys-tarfile: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return t.Extract(bytes.NewReader(out), place)
}

// mergedDirs are the top folders that are links into /usr since bookworm.
func mergedDirs() []string { return []string{"bin", "sbin", "lib", "lib64"} }

// mergeUsr moves /bin/x to /usr/bin/x and so on; the links themselves are
// made once by Unpack.
func mergeUsr(name string) string {
	top, rest, _ := strings.Cut(name, "/")
	if !slices.Contains(mergedDirs(), top) {
		return name
	}
	if rest == "" {
		return ""
	}
	return "usr/" + name
}

func keep(name string, drop []string) bool {
	if strings.HasPrefix(name, "usr/share/doc/") {
		return path.Base(name) == "copyright"
	}
	for part := name; part != "."; part = path.Dir(part) {
		if slices.ContainsFunc(drop, func(pattern string) bool { ok, _ := path.Match(pattern, part); return ok }) {
			return false
		}
	}
	return name != "usr/share/doc"
}
