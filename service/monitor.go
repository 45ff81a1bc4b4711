package service

import (
	"context"
	"sync"
	"time"
)

const (
	firstRetry = 10 * time.Millisecond
	lastRetry  = time.Second
)

// Change is a dependency's move from one state to another. From is "" at the first check.
type Change struct {
	From Status
	To   DependencyReport
}

// Monitor makes health reports. However many callers ask, one round of checks runs at a time,
// and its report is shared for MaxAge, so health requests cannot flood the dependencies.
type Monitor struct {
	deps     []Dependency
	maxAge   time.Duration
	onChange func(Change)

	mu     sync.Mutex
	last   *Report
	flight chan struct{} // closed when the running round ends; nil when none runs
}

// NewMonitor returns a monitor whose reports are at most maxAge old. onChange is called from
// one goroutine at a time, after a round in which a dependency changed its status or code.
func NewMonitor(deps []Dependency, maxAge time.Duration, onChange func(Change)) *Monitor {
	return &Monitor{deps: deps, maxAge: maxAge, onChange: onChange}
}

// Report returns a fresh enough report, waiting for a round of checks when needed.
// It fails only when ctx ends first.
func (m *Monitor) Report(ctx context.Context) (Report, error) {
	m.mu.Lock()
	if m.last != nil && time.Since(m.last.CheckedAt) < m.maxAge {
		defer m.mu.Unlock()
		return *m.last, nil
	}
	done := m.takeOff()
	m.mu.Unlock()
	return m.wait(ctx, done)
}

// Last returns the newest report without checking anything, and false before the first one.
func (m *Monitor) Last() (Report, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		return Report{}, false
	}
	return *m.last, true
}

// Watch keeps checking until ctx ends: with short, growing pauses while something is not up,
// so that the service is ready soon after its dependencies are, and every `steady` otherwise,
// so that metrics and logs follow the dependencies even when nobody asks.
func (m *Monitor) Watch(ctx context.Context, steady time.Duration) {
	retry := firstRetry
	for {
		m.mu.Lock()
		done := m.takeOff()
		m.mu.Unlock()
		report, err := m.wait(ctx, done)
		if err != nil {
			return
		}
		pause := steady
		if report.Status == StatusUp {
			retry = firstRetry
		} else {
			pause = min(retry, steady)
			retry = min(2*retry, lastRetry)
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// takeOff joins the running round or starts one. The caller holds the lock.
func (m *Monitor) takeOff() chan struct{} {
	if m.flight == nil {
		m.flight = make(chan struct{})
		go m.fly(m.last, m.flight)
	}
	return m.flight
}

func (m *Monitor) fly(before *Report, done chan struct{}) {
	report := checkAll(m.deps)
	m.announce(before, report)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last, m.flight = &report, nil
	close(done)
}

func (m *Monitor) wait(ctx context.Context, done <-chan struct{}) (Report, error) {
	select {
	case <-ctx.Done():
		return Report{}, ctx.Err()
	case <-done:
		report, _ := m.Last()
		return report, nil
	}
}

func (m *Monitor) announce(before *Report, now Report) {
	for i, dep := range now.Dependencies {
		var from DependencyReport
		if before != nil {
			from = before.Dependencies[i]
		}
		if from.Status != dep.Status || from.Code != dep.Code {
			m.onChange(Change{From: from.Status, To: dep})
		}
	}
}

// sleep waits for d and says whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
