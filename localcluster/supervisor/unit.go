package supervisor

import (
	"context"
	"sync"
	"syscall"
	"time"
)

const (
	stopGrace  = 15 * time.Second // between SIGTERM and SIGKILL
	minBackoff = 200 * time.Millisecond
	maxBackoff = 5 * time.Second
	stableFor  = 20 * time.Second // a run this long resets the backoff
)

// unit keeps one process running until it is stopped.
type unit struct {
	process Process
	cancel  context.CancelFunc
	done    chan struct{}

	mu     sync.Mutex
	status ProcessStatus
}

func startUnit(all *children, p Process) *unit {
	ctx, cancel := context.WithCancel(context.Background())
	u := &unit{process: p, cancel: cancel, done: make(chan struct{}), status: ProcessStatus{Name: p.Name}}
	go u.run(ctx, all)
	return u
}

func (u *unit) run(ctx context.Context, all *children) {
	defer close(u.done)
	backoff := minBackoff
	for ctx.Err() == nil {
		began := time.Now()
		pid, exit, err := all.start(u.process)
		if err != nil {
			u.ended(err.Error())
		} else {
			u.running(pid, began)
			u.ended(describe(waitOrStop(ctx, pid, exit)))
		}
		if time.Since(began) > stableFor {
			backoff = minBackoff
		}
		select {
		case <-ctx.Done():
		case <-time.After(backoff):
			backoff = min(2*backoff, maxBackoff)
		}
	}
}

// waitOrStop returns when the process has ended; when ctx ends first it asks
// the process to end, and then makes it.
func waitOrStop(ctx context.Context, pid int, exit <-chan syscall.WaitStatus) syscall.WaitStatus {
	select {
	case status := <-exit:
		return status
	case <-ctx.Done():
	}
	_ = syscall.Kill(pid, syscall.SIGTERM)
	select {
	case status := <-exit:
		return status
	case <-time.After(stopGrace):
		_ = syscall.Kill(pid, syscall.SIGKILL)
		return <-exit
	}
}

func (u *unit) running(pid int, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.status.PID, u.status.Started = pid, at
}

func (u *unit) ended(how string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.status.PID, u.status.LastExit = 0, how
	u.status.Restarts++
}

func (u *unit) snapshot() ProcessStatus {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}
