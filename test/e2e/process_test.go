package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// process is a process of this machine, as the host sees it.
type process struct {
	pid, parent int
	started     string // with the id it is unique
	args        []string
}

// processes lists all that run; those that have ended but are not collected
// yet are left out.
func processes(t *testing.T) []process {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(t, err)
	var found []process
	for _, folder := range folders {
		stat, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err != nil {
			continue // it ended meanwhile
		}
		// The name is in parentheses and may hold anything.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if fields[0] == "Z" {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(folder))
		parent, _ := strconv.Atoi(fields[1])
		cmdline, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		args := strings.Split(strings.TrimRight(string(cmdline), "\x00"), "\x00")
		found = append(found, process{pid, parent, fields[19], args})
	}
	return found
}

// mentions tells whether the process has text in its arguments.
func (p process) mentions(text string) bool {
	return strings.Contains(strings.Join(p.args, " "), text)
}

func (p process) String() string {
	return fmt.Sprintf("%d %.120s", p.pid, strings.Join(p.args, " "))
}

// family is the supervisor of a state folder with all its descendants, the
// containers included, and whatever else names the folder.
func family(t *testing.T, state string) []process {
	t.Helper()
	all := processes(t)
	var members []process
	isMember := map[int]bool{os.Getpid(): false}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if _, known := isMember[p.pid]; known || (!isMember[p.parent] && !p.mentions(state)) {
				continue
			}
			isMember[p.pid], grown = true, true
			members = append(members, p)
		}
	}
	return members
}

// alive are those of the processes that still run.
func alive(t *testing.T, these []process) []process {
	t.Helper()
	var left []process
	for _, p := range processes(t) {
		if slices.ContainsFunc(these, func(q process) bool { return q.pid == p.pid && q.started == p.started }) {
			left = append(left, p)
		}
	}
	return left
}

// find returns the cluster's own process of that name.
func find(t *testing.T, state, name string) process {
	t.Helper()
	for _, p := range family(t, state) {
		program := filepath.Base(p.args[0])
		if program == "node" && len(p.args) > 1 {
			program = p.args[1]
		}
		if program == "tripsage" && slices.Contains(p.args, "supervise") {
			program = "supervisor"
		}
		if program == name && p.mentions(state) {
			return p
		}
	}
	require.FailNow(t, "no process "+name)
	return process{}
}

func kill(t *testing.T, p process) {
	t.Helper()
	t.Logf("kill -9 %s", p)
	require.NoError(t, syscall.Kill(p.pid, syscall.SIGKILL))
}
