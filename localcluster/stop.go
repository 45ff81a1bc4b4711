package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopTimeout is more than the supervisor gives its processes to end.
const stopTimeout = 40 * time.Second

// Stop ends every process of the cluster and removes what they left in the
// kernel. Data stays. Was is false when nothing was running.
func (c *Cluster) Stop(ctx context.Context) (was bool, err error) {
	_, was = c.Running(ctx)
	if was {
		if err := c.client.Stop(ctx); err != nil {
			return was, err
		}
	}
	if err := c.endSupervisor(ctx); err != nil {
		return was, err
	}
	return was, c.cleanUp()
}

// Purge removes all files of a stopped cluster, its data included.
func (c *Cluster) Purge() error { return os.RemoveAll(c.dir) }

// endSupervisor waits for the supervisor to end, and kills it when it does
// not: with it goes everything in its namespaces.
func (c *Cluster) endSupervisor(ctx context.Context) error {
	pid := c.record.Supervisor
	for start := time.Now(); c.isSupervisor(pid); {
		if time.Since(start) > stopTimeout {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if time.Since(start) > 2*stopTimeout {
			return fmt.Errorf("process %d does not end", pid)
		}
	}
	c.record.Supervisor = 0
	if !c.Exists() {
		return nil
	}
	return c.saveRecord()
}

// isSupervisor tells whether the process is alive and ours: process ids are
// used again.
func (c *Cluster) isSupervisor(pid int) bool {
	if pid == 0 || syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) || !hasProc() // without /proc, trust the number
	}
	if strings.Contains(string(stat), ") Z ") {
		return false // ended, and only not yet collected by its parent
	}
	command, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return strings.Contains(string(command), c.socket())
}

func hasProc() bool {
	_, err := os.Stat("/proc/self")
	return err == nil
}

// cleanUp removes what the end of the namespaces does not: cgroups and sockets.
func (c *Cluster) cleanUp() error {
	if c.isSupervisor(c.record.Supervisor) { // it does not answer, or we would not be here
		_ = syscall.Kill(c.record.Supervisor, syscall.SIGKILL)
	}
	if err := os.Remove(c.socket()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if c.Nodes != Real {
		return nil
	}
	return errors.Join(c.removeSockets(), c.removeCgroups())
}

// removeSockets removes the sockets that the kubelet and killed pods leave in
// their folders.
func (c *Cluster) removeSockets() error {
	return filepath.WalkDir(c.path("node", "lib", "kubelet"), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && entry.Type() == fs.ModeSocket {
			err = os.Remove(path)
		}
		return err
	})
}

// removeCgroups removes the cluster's cgroups from every hierarchy, innermost
// first. Processes that were just killed may hold them for a moment.
func (c *Cluster) removeCgroups() error {
	roots := []string{filepath.Join("/sys/fs/cgroup", c.cgroup())}
	hierarchies, _ := filepath.Glob("/sys/fs/cgroup/*" + c.cgroup())
	roots = append(roots, hierarchies...)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var faults []error
		for _, root := range roots {
			faults = append(faults, removeTree(root))
		}
		err := errors.Join(faults...)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// removeTree removes the folders of a cgroup; the files in it go by themselves.
func removeTree(root string) error {
	var folders []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Reverse(folders)
	for _, folder := range folders {
		if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove cgroup: %w", err)
		}
	}
	return nil
}
