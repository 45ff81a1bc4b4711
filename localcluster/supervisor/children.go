package supervisor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
)

// children starts processes and collects every process that ends, also the
// ones that became ours because their parent died (we may be PID 1).
type children struct {
	mu    sync.Mutex // held while a start is under way, so that no exit is missed
	exits map[int]chan syscall.WaitStatus
	forks chan func()
}

func newChildren() *children {
	c := &children{exits: map[int]chan syscall.WaitStatus{}, forks: make(chan func())}
	// The parent-death signal follows the thread that forked, so all forks
	// happen on one thread that lives as long as we do.
	go func() {
		runtime.LockOSThread()
		for fork := range c.forks {
			fork()
		}
	}()
	go c.reap()
	return c
}

// start runs p and returns its process id and a channel that gets its exit.
func (c *children) start(p Process) (int, <-chan syscall.WaitStatus, error) {
	if err := os.MkdirAll(filepath.Dir(p.Log), 0o700); err != nil {
		return 0, nil, err
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, nil, err
	}
	defer log.Close()
	cmd := exec.Command(p.Args[0], p.Args[1:]...)
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	started := make(chan error)
	exit := make(chan syscall.WaitStatus, 1)
	c.forks <- func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		err := cmd.Start()
		if err == nil {
			c.exits[cmd.Process.Pid] = exit
		}
		started <- err
	}
	if err := <-started; err != nil {
		return 0, nil, fmt.Errorf("start %s: %w", p.Name, err)
	}
	return cmd.Process.Pid, exit, nil
}

// reap waits for any child, for ever.
func (c *children) reap() {
	ended := make(chan os.Signal, 1)
	notifyChild(ended)
	for range ended {
		for {
			var status syscall.WaitStatus
			c.mu.Lock()
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			exit := c.exits[pid]
			delete(c.exits, pid)
			c.mu.Unlock()
			if err == syscall.EINTR {
				continue
			}
			if err != nil || pid <= 0 {
				break
			}
			if exit != nil {
				exit <- status
			}
		}
	}
}

func describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return "signal " + status.Signal().String()
	}
	return fmt.Sprintf("exit code %d", status.ExitStatus())
}
