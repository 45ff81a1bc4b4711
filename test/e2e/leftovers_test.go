package e2e

import (
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// leftovers is what a stopped cluster might have forgotten on the machine.
type leftovers struct {
	Processes []string // that name the state folder
	Mounts    []string // in the host's mount namespace, that name it
	Sockets   []string // below it
	Links     []string // all of the host's network
	Firewall  []string // all of the host's tables and chains
}

func findLeftovers(t *testing.T, state string) leftovers {
	t.Helper()
	var found leftovers
	for _, p := range family(t, state) {
		found.Processes = append(found.Processes, p.String())
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(t, err)
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, state) {
			found.Mounts = append(found.Mounts, line)
		}
	}
	found.Sockets = socketsBelow(t, state)
	links, err := net.Interfaces()
	require.NoError(t, err)
	for _, link := range links {
		found.Links = append(found.Links, link.Name)
	}
	found.Firewall = firewall(t)
	return found
}

func socketsBelow(t *testing.T, dir string) []string {
	t.Helper()
	var sockets []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err == nil && entry.Type() == fs.ModeSocket {
			sockets = append(sockets, path)
		}
		return err
	})
	require.NoError(t, err)
	return sockets
}

// firewall lists tables and chains, without counters.
func firewall(t *testing.T) []string {
	t.Helper()
	var lines []string
	for _, command := range [][]string{
		{"nft", "list", "tables"}, {"iptables-legacy-save"}, {"ip6tables-legacy-save"}, {"ipset", "list", "-n"},
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			continue // not there before the first up has installed it
		}
		out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).Output()
		require.NoError(t, err, "%v", command)
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ":") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

// cgroups are the folders of the topmost cgroup that the containers among the
// processes are in, one in each hierarchy.
func cgroups(t *testing.T, of []process) []string {
	t.Helper()
	names := map[string]bool{}
	for _, p := range of {
		text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.pid), "cgroup")) // it may have ended
		for part := range strings.FieldsFuncSeq(string(text), func(r rune) bool { return r == '/' || r == '\n' }) {
			if strings.HasPrefix(part, "tripsage-") {
				names[part] = true
			}
		}
	}
	var folders []string
	for name := range names {
		for _, pattern := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/"} {
			found, err := filepath.Glob(pattern + name)
			require.NoError(t, err)
			folders = append(folders, found...)
		}
	}
	return folders
}
