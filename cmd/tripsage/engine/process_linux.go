package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// processAttributes give the engine its own process group and have the kernel
// interrupt it when we are killed, so that it stops gracefully by itself.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
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
	dir := filepath.Join("/proc", fmt.Sprint(pid))
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return process{}, false
	}
	// The second field is the name in parentheses and may hold anything.
	name, rest, ok := bytes.Cut(stat[bytes.IndexByte(stat, '(')+1:], []byte(") "))
	fields := bytes.Fields(rest)
	if !ok || len(fields) < 20 || string(fields[0]) == "Z" || string(fields[0]) == "X" {
		return process{}, false
	}
	program := string(name)
	if exe, err := os.Readlink(filepath.Join(dir, "exe")); err == nil {
		program = strings.TrimSuffix(filepath.Base(exe), " (deleted)")
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		boot = nil
	}
	return process{id: string(fields[19]) + "@" + strings.TrimSpace(string(boot)), program: program}, true
}

// orphanedPlugins are the plugins below a folder that run without an engine.
func orphanedPlugins(folder string) []int {
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return nil
	}
	var orphans []int
	for _, command := range commands {
		line, err := os.ReadFile(command) //nolint:gosec // found by our own glob
		if err != nil || !strings.HasPrefix(string(line), folder+string(filepath.Separator)) {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(filepath.Dir(command), "stat"))
		if err != nil {
			continue
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		pid, pidErr := strconv.Atoi(filepath.Base(filepath.Dir(command)))
		parent, parentErr := strconv.Atoi(string(fields[1]))
		if pidErr != nil || parentErr != nil {
			continue
		}
		if found, alive := findProcess(parent); !alive || found.program != "pulumi" {
			orphans = append(orphans, pid)
		}
	}
	return orphans
}
