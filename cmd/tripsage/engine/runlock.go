package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// exitWait is how long a killed process may take to be gone.
const exitWait = 2 * time.Second

// runLock keeps two runs on one stack apart. The kernel drops it with its
// process, so a killed run leaves nothing behind. Its file tells who runs.
type runLock struct {
	file   *os.File
	record runRecord
	// previous is what the last run wrote.
	previous runRecord
}

type runRecord struct {
	Operation string    `json:"operation"`
	PID       int       `json:"pid"`
	Started   time.Time `json:"started"`
	// EnginePID and EngineID name the Pulumi CLI that the run started last.
	EnginePID int    `json:"enginePid,omitempty"`
	EngineID  string `json:"engineId,omitempty"`
}

// BusyError says that another run on the same stack is going on.
type BusyError struct {
	Operation string
	PID       int
	Since     time.Time
}

// Error names who runs, since when, and what to do.
func (e *BusyError) Error() string {
	return fmt.Sprintf("another run is going on: %s, process %d, since %s. Wait for it to end, or stop it with: kill -INT %d",
		e.Operation, e.PID, e.Since.Format(time.RFC3339), e.PID)
}

func takeRunLock(ctx context.Context, path, operation string) (*runLock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // under our home
	if err != nil {
		return nil, fmt.Errorf("open the run file: %w", err)
	}
	lock := &runLock{file: file, record: runRecord{Operation: operation, PID: os.Getpid(), Started: time.Now().UTC()}}
	var busy error
	// A process that was just killed holds its lock for a moment yet.
	if _, err := until(ctx, exitWait, func() bool {
		busy = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		return !errors.Is(busy, syscall.EWOULDBLOCK)
	}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	content, err := io.ReadAll(file)
	if err == nil && json.Unmarshal(content, &lock.previous) != nil {
		lock.previous = runRecord{} // cut short by a kill; Pulumi's own lock tells the rest
	}
	if errors.Is(busy, syscall.EWOULDBLOCK) {
		err = &BusyError{Operation: lock.previous.Operation, PID: lock.previous.PID, Since: lock.previous.Started}
	} else if busy != nil {
		err = fmt.Errorf("lock the run file %s: %w", path, busy)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// The previous engine stays on record until it is known to be gone.
	lock.record.EnginePID, lock.record.EngineID = lock.previous.EnginePID, lock.previous.EngineID
	return lock, lock.write()
}

// engineStarted records the CLI's process.
func (l *runLock) engineStarted(pid int) error {
	found, alive := findProcess(pid)
	if !alive {
		return nil
	}
	l.record.EnginePID, l.record.EngineID = pid, found.id
	return l.write()
}

func (l *runLock) write() error {
	content, err := json.Marshal(l.record)
	if err == nil {
		err = l.file.Truncate(0)
	}
	if err == nil {
		_, err = l.file.WriteAt(content, 0)
	}
	if err != nil {
		return fmt.Errorf("write the run file: %w", err)
	}
	return nil
}

func (l *runLock) release() error { return l.file.Close() }
