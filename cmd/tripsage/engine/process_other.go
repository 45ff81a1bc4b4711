//go:build unix && !linux

package engine

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// processAttributes give the engine its own process group, so that a Ctrl-C
// reaches it once, from us.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// process describes a living process.
type process struct {
	// id tells it from a later process with the same number.
	id string
	// program is the name of its executable.
	program string
}

// findProcess reports false when no such process runs. A zombie has ended.
func findProcess(pid int) (process, bool) {
	ps := func(column string) string {
		out, err := exec.Command("ps", "-o", column+"=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // fixed columns
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	state := ps("state")
	if state == "" || strings.HasPrefix(state, "Z") {
		return process{}, false
	}
	return process{id: ps("lstart"), program: filepath.Base(ps("comm"))}, true
}

// orphanedPlugins cannot be found without /proc.
func orphanedPlugins(string) []int { return nil }
