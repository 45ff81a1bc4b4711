package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// process is a process of this machine, as the host sees it.
type process struct {
	pid, parent int
	started     string
	args        string
}

// processes lists all that run and are programs of their own.
func processes() ([]process, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err == nil && len(folders) == 0 {
		err = fmt.Errorf("there is no /proc: memory is measured on Linux only")
	}
	var found []process
	for _, folder := range folders {
		p, ok := readProcess(folder)
		if ok {
			found = append(found, p)
		}
	}
	return found, err
}

// readProcess is false for one that has just ended.
func readProcess(folder string) (process, bool) {
	stat, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return process{}, false
	}
	// The name is in parentheses and may hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	cmdline, err := os.ReadFile(filepath.Join(folder, "cmdline"))
	if err != nil || len(cmdline) == 0 || fields[0] == "Z" {
		return process{}, false
	}
	pid, _ := strconv.Atoi(filepath.Base(folder)) // the kernel wrote them
	parent, _ := strconv.Atoi(fields[1])
	args := strings.TrimSpace(string(bytes.ReplaceAll(cmdline, []byte{0}, []byte{' '})))
	return process{pid, parent, fields[19], args}, true
}

// id is unique; process numbers come around again.
func (p process) id() string { return fmt.Sprint(p.pid, " ", p.started) }

// name is the program's, and for programs of several parts the part's.
func (p process) name() string {
	words := strings.Fields(p.args)
	name := strings.TrimSuffix(filepath.Base(words[0]), ":") // "postgres: walwriter"
	if len(words) > 1 && (name == "node" || name == "addons") {
		return words[1]
	}
	if p.supervises() {
		return "supervisor"
	}
	return name
}

func (p process) supervises() bool { return strings.Contains(p.args, "tripsage supervise ") }

// peak is the most resident memory that the process ever had, in KiB; 0 when
// it has ended.
func (p process) peak() int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.Atoi(fields[0]) // the kernel wrote it
	return kib
}

// descendants are the processes for which root holds and all below them. What
// is below a process for which cut holds is left out, and so is that one.
func descendants(all []process, root, cut func(process) bool) []process {
	member := map[int]bool{}
	var found []process
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if member[p.pid] || cut(p) || (!root(p) && !member[p.parent]) {
				continue
			}
			member[p.pid], grown = true, true
			found = append(found, p)
		}
	}
	return found
}
