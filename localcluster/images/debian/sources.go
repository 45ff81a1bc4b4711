// Package debian gets packages from the Debian archive that the host is set up
// to use and unpacks them into a file tree. It uses the host's apt-get and
// dpkg-deb with a private state directory: nothing on the host changes, no
// root rights are needed, and no maintainer script runs.
package debian

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Archive says where packages come from and who signs them.
type Archive struct {
	// Main and Security are the URIs of the archive and of its security
	// updates, as apt writes them. Security may be empty.
	Main, Security string
	// Keyring is the file with the archive's public keys.
	Keyring string
}

// ErrNoArchive says that the host's apt is not set up for Debian.
var ErrNoArchive = errors.New("the sources of apt name no Debian archive with the component main: " +
	"add the one you use to /etc/apt/sources.list, as a line \"deb URI trixie main\"")

// source is one archive of apt's sources lists.
type source struct {
	uris, suites, components []string
}

// HostArchive reads the archive from the sources lists in the file system of
// /etc/apt (use os.DirFS). The suite that the host runs does not matter: only
// the addresses are taken. ErrNoArchive means that there is none.
func HostArchive(etcApt fs.FS) (Archive, error) {
	sources, err := readSources(etcApt)
	if err != nil {
		return Archive{}, err
	}
	a := Archive{}
	for _, s := range sources {
		if len(s.uris) == 0 || !slices.Contains(s.components, "main") {
			continue
		}
		for _, suite := range s.suites {
			release, kind := splitSuite(suite)
			switch {
			case !isRelease(release):
			case kind == "security" && a.Security == "":
				a.Security = s.uris[0]
			case kind == "" && a.Main == "":
				a.Main = s.uris[0]
			}
		}
	}
	if a.Main == "" {
		return Archive{}, ErrNoArchive
	}
	return a, nil
}

func readSources(etcApt fs.FS) ([]source, error) {
	var names []string
	for _, pattern := range []string{"sources.list", "sources.list.d/*.list", "sources.list.d/*.sources"} {
		found, err := fs.Glob(etcApt, pattern)
		if err != nil {
			return nil, fmt.Errorf("listing apt's sources: %w", err)
		}
		names = append(names, found...)
	}
	var all []source
	for _, name := range names {
		data, err := fs.ReadFile(etcApt, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading apt's sources: %w", err)
		}
		if path.Ext(name) == ".sources" {
			all = append(all, parseDeb822(string(data))...)
		} else {
			all = append(all, parseList(string(data))...)
		}
	}
	return all, nil
}

// parseList reads the one-line format: deb [options] uri suite components...
func parseList(text string) []source {
	var all []source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "deb")
		if !ok || strings.TrimLeft(rest, " \t") == rest {
			continue // deb-src, or not a source at all
		}
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "]")
		}
		if f := strings.Fields(rest); len(f) >= 2 {
			all = append(all, source{uris: f[:1], suites: f[1:2], components: f[2:]})
		}
	}
	return all
}

// parseDeb822 reads the stanza format of *.sources files.
func parseDeb822(text string) []source {
	var all []source
	fields, key := map[string]string{}, ""
	flush := func() {
		enabled := strings.TrimSpace(strings.ToLower(fields["enabled"]))
		if slices.Contains(strings.Fields(fields["types"]), "deb") && enabled != "no" && enabled != "false" {
			all = append(all, source{
				uris:       strings.Fields(fields["uris"]),
				suites:     strings.Fields(fields["suites"]),
				components: strings.Fields(fields["components"]),
			})
		}
		fields, key = map[string]string{}, ""
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			flush()
		case line[0] == ' ' || line[0] == '\t':
			fields[key] += " " + line
		default:
			name, value, _ := strings.Cut(line, ":")
			key = strings.ToLower(strings.TrimSpace(name))
			fields[key] = value
		}
	}
	flush()
	return all
}

// splitSuite gives "trixie", "security" for trixie-security and the older
// trixie/updates, and "trixie", "" for the suite itself.
func splitSuite(suite string) (release, kind string) {
	if release, ok := strings.CutSuffix(suite, "/updates"); ok {
		return release, "security"
	}
	release, kind, _ = strings.Cut(suite, "-")
	return release, kind
}

func isRelease(name string) bool {
	return slices.Contains([]string{
		"buster", "bullseye", "bookworm", "trixie", "forky", "sid",
		"oldoldstable", "oldstable", "stable", "testing", "unstable",
	}, name)
}
