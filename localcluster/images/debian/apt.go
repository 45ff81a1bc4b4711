package debian

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Package is one downloaded .deb file.
type Package struct {
	Name, Version string
	// File is the path of the .deb.
	File string
}

// FindKeyring gives the host's file with the Debian archive's public keys.
// root is the host's root directory, normally "/".
func FindKeyring(root string) (string, error) {
	dir := filepath.Join(root, "usr/share/keyrings")
	for _, name := range []string{"debian-archive-keyring.gpg", "debian-archive-keyring.pgp"} {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("looking for the Debian archive's keys: %w", err)
		}
	}
	return "", fmt.Errorf("the Debian archive's public keys are not in %s; install them: apt-get install debian-archive-keyring", dir)
}

// Download gets the newest versions of exactly the named packages of a suite
// into dir, which must be empty and must outlive the use of the result. apt
// checks signatures and hashes. Dependencies are not followed.
func (a Archive) Download(ctx context.Context, suite string, names []string, dir string) ([]Package, error) {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%s is needed to make images from Debian packages (install the packages apt and dpkg): %w", tool, err)
		}
	}
	if err := a.writeConfig(suite, dir); err != nil {
		return nil, err
	}
	if err := runApt(ctx, dir, "update"); err != nil {
		return nil, err
	}
	if err := runApt(ctx, dir, append([]string{"download"}, names...)...); err != nil {
		return nil, err
	}
	return listPackages(dir, names)
}

// writeConfig lays out apt's private state. The host's apt.conf.d is still
// read, because proxies and certificates are set there; what would leak into
// the result or run programs is switched off.
func (a Archive) writeConfig(suite, dir string) error {
	for _, sub := range []string{"lists/partial", "archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil { //nolint:gosec // apt's downloader may run as another user
			return fmt.Errorf("making apt's state directory: %w", err)
		}
	}
	arch := debianArch(runtime.GOARCH)
	conf := fmt.Sprintf(`#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
#clear APT::Default-Release;
APT::Architecture %[2]q;
APT::Architectures { %[2]q; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Dir::State %[1]q;
Dir::State::status "%[1]s/status";
Dir::State::Lists "%[1]s/lists/";
Dir::Cache %[1]q;
Dir::Cache::archives "%[1]s/archives/";
Dir::Etc::SourceList "%[1]s/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Log %[1]q;
`, dir, arch)
	files := map[string]string{"apt.conf": conf, "sources.list": a.sourceLines(suite), "status": ""}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil { //nolint:gosec // holds no secret
			return fmt.Errorf("writing apt's configuration: %w", err)
		}
	}
	return nil
}

func (a Archive) sourceLines(suite string) string {
	options := fmt.Sprintf("[signed-by=%s target=Packages]", a.Keyring)
	lines := fmt.Sprintf("deb %[1]s %[2]s %[3]s main\ndeb %[1]s %[2]s %[3]s-updates main\n", options, a.Main, suite)
	if a.Security != "" {
		lines += fmt.Sprintf("deb %s %s %s-security main\n", options, a.Security, suite)
	}
	return lines
}

func runApt(ctx context.Context, dir string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-c", filepath.Join(dir, "apt.conf"), "-o", "APT::Update::Error-Mode=any"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = &out, &out // shown when it fails
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("apt-get %s failed: %w%s\n%s", args[0], err, hint(out.String()), lastLines(out.String(), 8))
	}
	return nil
}

func hint(output string) string {
	switch {
	case strings.Contains(output, "NO_PUBKEY"), strings.Contains(output, "is not signed"):
		return "; the archive's signature is not known here, update the keys: apt-get install --only-upgrade debian-archive-keyring"
	case strings.Contains(output, "Unable to locate package"), strings.Contains(output, "has no installation candidate"):
		return "; the archive lacks a package of the image, see below"
	case strings.Contains(output, "Failed to fetch"), strings.Contains(output, "does not have a Release file"):
		return "; the archive named in /etc/apt/sources.list* cannot be reached or lacks this release; check the network and apt's proxy settings"
	}
	return ""
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// listPackages pairs the wanted names with the files name_version_arch.deb.
func listPackages(dir string, names []string) ([]Package, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		return nil, err
	}
	byName := map[string]Package{}
	for _, file := range files {
		parts := strings.Split(filepath.Base(file), "_")
		if len(parts) != 3 {
			return nil, fmt.Errorf("apt-get left a file with an unexpected name: %s", file)
		}
		version, err := url.PathUnescape(parts[1])
		if err != nil {
			return nil, fmt.Errorf("version in the file name %s: %w", file, err)
		}
		byName[parts[0]] = Package{Name: parts[0], Version: version, File: file}
	}
	var all []Package
	for _, name := range slices.Sorted(slices.Values(names)) {
		p, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("apt-get did not download the package %s", name)
		}
		all = append(all, p)
	}
	return all, nil
}

// debianArch gives Debian's name of a Go architecture.
func debianArch(goarch string) string {
	names := map[string]string{"386": "i386", "arm": "armhf", "ppc64le": "ppc64el"}
	if name, ok := names[goarch]; ok {
		return name
	}
	return goarch
}
