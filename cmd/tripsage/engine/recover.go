package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// How long to wait, in turn, for the engine of a dead run to end by itself,
// after an interrupt, and after a kill; and for somebody else's lock to go.
const (
	orphanWait    = 5 * time.Second
	interruptWait = 60 * time.Second
	killWait      = 10 * time.Second
	foreignWait   = 3 * time.Second
)

// LockedError says that a living Pulumi process which is not ours holds the
// stack.
type LockedError struct {
	File            string
	Username, Host  string
	PID             int
	Since           time.Time
	OtherHostname   bool
	CurrentHostname string
}

// Error names who holds the lock, since when, and what to do.
func (e *LockedError) Error() string {
	who := fmt.Sprintf("the stack is locked by %s@%s, process %d, since %s",
		e.Username, e.Host, e.PID, e.Since.Format(time.RFC3339))
	if e.OtherHostname {
		return fmt.Sprintf("%s. This host is %s, so it cannot be seen from here whether that process still runs. "+
			"If it does not, delete %s and try again", who, e.CurrentHostname, e.File)
	}
	return fmt.Sprintf("%s. Wait for it to end, or stop it with: kill -INT %d", who, e.PID)
}

// pulumiLock is what Pulumi's file backend writes.
type pulumiLock struct {
	PID       int       `json:"pid"`
	Username  string    `json:"username"`
	Hostname  string    `json:"hostname"`
	Timestamp time.Time `json:"timestamp"`
}

// clearLocks ends what a killed run left running and removes its locks.
func (s *session) clearLocks(ctx context.Context) error {
	if err := s.endOrphans(ctx); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(s.home.locks(s.copy.project, s.options.Stack), "*.json"))
	if err != nil {
		return fmt.Errorf("look for locks: %w", err)
	}
	for _, file := range files {
		if err := s.clearLock(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) endOrphan(ctx context.Context, previous runRecord) error {
	s.say("the engine of a run that was killed (process %d) is still ending", previous.EnginePID)
	gone := func() bool {
		found, alive := findProcess(previous.EnginePID)
		return !alive || found.id != previous.EngineID
	}
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{0, orphanWait}, {syscall.SIGINT, interruptWait}, {syscall.SIGKILL, killWait}} {
		if step.signal != 0 {
			if err := syscall.Kill(previous.EnginePID, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("stop the engine of a killed run, process %d: %w", previous.EnginePID, err)
			}
		}
		if ended, err := until(ctx, step.wait, gone); err != nil || ended {
			return err
		}
	}
	return fmt.Errorf("the engine of a killed run, process %d, does not end; stop it and try again", previous.EnginePID)
}

// clearLock removes the lock when its process is gone. Anything else that
// holds it is left alone.
func (s *session) clearLock(ctx context.Context, file string) error {
	var lock pulumiLock
	stale := func() bool {
		content, err := os.ReadFile(file) //nolint:gosec // found by our own glob
		if err != nil {
			return errors.Is(err, fs.ErrNotExist)
		}
		// Pulumi writes a lock in one step; one that cannot be read keeps it
		// from working at all.
		return json.Unmarshal(content, &lock) != nil || !holds(lock)
	}
	ended, err := until(ctx, foreignWait, stale)
	if err != nil {
		return err
	}
	if !ended {
		host, _ := os.Hostname() // an empty name still makes a useful message
		return &LockedError{
			File: file, Username: lock.Username, Host: lock.Hostname, PID: lock.PID, Since: lock.Timestamp,
			OtherHostname: host != lock.Hostname, CurrentHostname: host,
		}
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the stale lock: %w", err)
	}
	return nil
}

// holds reports whether the lock's process may still be at work. On another
// host that cannot be known. A number that now belongs to another program
// holds nothing.
func holds(lock pulumiLock) bool {
	if host, err := os.Hostname(); err != nil || host != lock.Hostname {
		return true
	}
	found, alive := findProcess(lock.PID)
	return alive && strings.Contains(found.program, "pulumi")
}

// until polls until done reports true or the wait is over.
func until(ctx context.Context, wait time.Duration, done func() bool) (bool, error) {
	deadline := time.Now().Add(wait)
	for !done() {
		if time.Now().After(deadline) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return true, nil
}
