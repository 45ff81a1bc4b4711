package debiandocker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tripsage/infrastructure/localcluster/images/debian"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// suite is the first of Debian with Compose 2.
const suite = "trixie"

// packages are Docker, Compose and what they run and link with.
func packages() []string {
	return []string{
		"docker.io", "docker-cli", "docker-compose", "containerd", "runc", "tini", "iptables",
		"libc6", "libcap2", "libmnl0", "libnftnl11", "libseccomp2", "libsystemd0", "libxtables12",
	}
}

// links are what maintainer scripts and Debian's base system would have made.
func links() map[string]string {
	return map[string]string{
		"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64",
		"usr/sbin/iptables": "xtables-nft-multi", "usr/sbin/ip6tables": "xtables-nft-multi",
	}
}

// root gives the machine's file system, a folder in the cache. The first call
// downloads about 80 MB, and tells progress so.
func root(ctx context.Context, progress io.Writer) (dir string, err error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return "", err
	}
	tools := filepath.Join(cache, "tools")
	key := sha256.Sum256([]byte(fmt.Sprint(suite, packages(), links())))
	dir = filepath.Join(tools, "docker-"+hex.EncodeToString(key[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(tools, 0o755); err != nil { //nolint:gosec // other tools in it are for all users
		return "", err
	}
	scratch, err := os.MkdirTemp(tools, ".docker-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(scratch) }() // what is finished has another name
	if err := unpack(ctx, scratch, progress); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(scratch, "root"), dir); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err // one that exists is of another process that had the same idea
	}
	return dir, nil
}

// unpack makes the folder root in scratch.
func unpack(ctx context.Context, scratch string, progress io.Writer) error {
	archive, err := debian.HostArchive(os.DirFS("/etc/apt"))
	if err != nil {
		return err
	}
	if archive.Keyring, err = debian.FindKeyring("/"); err != nil {
		return err
	}
	downloads, tree := filepath.Join(scratch, "packages"), filepath.Join(scratch, "root")
	for _, dir := range []string{downloads, tree} {
		if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // apt's downloader may run as another user
			return err
		}
	}
	_, _ = fmt.Fprintf(progress, "downloading %s from %s\n", strings.Join(packages(), " "), archive.Main)
	all, err := archive.Download(ctx, suite, packages(), downloads)
	if err != nil {
		return err
	}
	for _, one := range all {
		if out, err := exec.CommandContext(ctx, "dpkg-deb", "--extract", one.File, tree).CombinedOutput(); err != nil { // #nosec G204 -- a file that apt has checked
			return fmt.Errorf("unpacking %s: %w: %s", one.Name, err, out)
		}
	}
	for link, target := range links() {
		if err := os.Symlink(target, filepath.Join(tree, link)); err != nil {
			return err
		}
	}
	return nil
}
