package service

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkFunc makes a Checker of a function.
type checkFunc func(context.Context) (Observation, error)

func (f checkFunc) Check(ctx context.Context) (Observation, error) { return f(ctx) }

func fine(context.Context) (Observation, error) {
	return Observation{Server: "PostgreSQL", Version: "17.2"}, nil
}

func ignore(Change) {}

func TestReportIsSharedAndCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int32
		slow := checkFunc(func(context.Context) (Observation, error) {
			checks.Add(1)
			time.Sleep(100 * time.Millisecond)
			return Observation{}, nil
		})
		m := NewMonitor([]Dependency{{Name: "database", Timeout: time.Second, Checker: slow}}, time.Second, ignore)
		_, known := m.Last()
		assert.False(t, known)

		for range 1000 {
			go func() {
				report, err := m.Report(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, StatusUp, report.Status)
			}()
		}
		time.Sleep(200 * time.Millisecond)
		assert.EqualValues(t, 1, checks.Load(), "a thousand callers cost one check")

		time.Sleep(850 * time.Millisecond) // 950 ms after the check ended
		_, err := m.Report(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 1, checks.Load(), "still fresh")
		time.Sleep(100 * time.Millisecond)
		_, err = m.Report(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 2, checks.Load(), "too old")
	})
}

func TestImpatientCallerDoesNotHurtOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := checkFunc(func(ctx context.Context) (Observation, error) {
			select {
			case <-ctx.Done():
				return Observation{}, ctx.Err()
			case <-time.After(time.Second):
				return Observation{}, nil
			}
		})
		m := NewMonitor([]Dependency{{Name: "database", Required: true, Timeout: 2 * time.Second, Checker: slow}}, time.Second, ignore)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := m.Report(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		report, err := m.Report(t.Context())
		require.NoError(t, err)
		assert.Equal(t, StatusUp, report.Status)
	})
}

func TestChecksRunTogetherEachWithItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := checkFunc(func(ctx context.Context) (Observation, error) {
			<-ctx.Done()
			return Observation{}, ctx.Err()
		})
		m := NewMonitor([]Dependency{
			{Name: "database", Required: true, Timeout: 2 * time.Second, Checker: hang},
			{Name: "cache", Timeout: 500 * time.Millisecond, Checker: hang},
		}, time.Second, ignore)
		start := time.Now()
		report, err := m.Report(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2*time.Second, time.Since(start), "not 2.5 s")
		assert.Equal(t, StatusDown, report.Status)
		assert.False(t, report.Ready())
		for i, want := range []time.Duration{2 * time.Second, 500 * time.Millisecond} {
			assert.Equal(t, StatusDown, report.Dependencies[i].Status)
			assert.Equal(t, CodeTimeout, report.Dependencies[i].Code)
			assert.Equal(t, want, report.Dependencies[i].Latency)
		}
	})
}

func TestPanicInACheckIsAFault(t *testing.T) {
	broken := checkFunc(func(context.Context) (Observation, error) { panic("oops") })
	m := NewMonitor([]Dependency{{Name: "cache", Timeout: time.Second, Checker: broken}}, 0, ignore)
	report, err := m.Report(t.Context())
	require.NoError(t, err)
	assert.Equal(t, StatusDegraded, report.Status, "an optional dependency")
	assert.Equal(t, CodeInternal, report.Dependencies[0].Code)
	assert.ErrorContains(t, report.Dependencies[0].Err, "oops")
}

func TestOverallStatus(t *testing.T) {
	required := func(s Status) DependencyReport { return DependencyReport{Required: true, Status: s} }
	optional := func(s Status) DependencyReport { return DependencyReport{Status: s} }
	for _, tc := range []struct {
		database, cache DependencyReport
		want            Status
		ready           bool
	}{
		{required(StatusUp), optional(StatusUp), StatusUp, true},
		{required(StatusUp), optional(StatusDown), StatusDegraded, true},
		{required(StatusUp), optional(StatusDegraded), StatusDegraded, true},
		{required(StatusDegraded), optional(StatusUp), StatusDegraded, true},
		{required(StatusDown), optional(StatusUp), StatusDown, false},
		{required(StatusDown), optional(StatusDown), StatusDown, false},
	} {
		got := overall([]DependencyReport{tc.cache, tc.database})
		assert.Equal(t, tc.want, got)
		assert.Equal(t, got, overall([]DependencyReport{tc.database, tc.cache}), "order does not matter")
		assert.Equal(t, tc.ready, Report{Status: got}.Ready())
	}
	assert.Equal(t, StatusUp, overall(nil))
}

func TestWatchRetriesSoonAndLogsChangesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		refused := &Error{Code: CodeConnectionRefused, Err: errors.New("dial tcp")}
		checker := checkFunc(func(ctx context.Context) (Observation, error) {
			if since := time.Since(start); since < 3*time.Second || since > time.Minute && since < 61*time.Second {
				return Observation{}, refused
			}
			return fine(ctx)
		})
		var changes []Change
		m := NewMonitor([]Dependency{{Name: "database", Required: true, Timeout: time.Second, Checker: checker}}, time.Second,
			func(c Change) { changes = append(changes, c) })
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { m.Watch(ctx, 10*time.Second); close(ended) }()

		time.Sleep(3500 * time.Millisecond) // at most half a second after the server is there
		report, known := m.Last()
		require.True(t, known)
		assert.Equal(t, StatusUp, report.Status)
		time.Sleep(2 * time.Minute)
		cancel()
		<-ended

		require.GreaterOrEqual(t, len(changes), 2)
		assert.Equal(t, Status(""), changes[0].From)
		assert.Equal(t, StatusDown, changes[0].To.Status)
		assert.Equal(t, CodeConnectionRefused, changes[0].To.Code)
		assert.ErrorIs(t, changes[0].To.Err, refused)
		assert.Equal(t, StatusDown, changes[1].From)
		assert.Equal(t, StatusUp, changes[1].To.Status)
		assert.Equal(t, "17.2", changes[1].To.Version)
		assert.LessOrEqual(t, len(changes), 4, "one line per change, not per check")
	})
}

func TestWatchFindsAReadyServerAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		checker := checkFunc(func(ctx context.Context) (Observation, error) {
			if time.Since(start) < 50*time.Millisecond {
				return Observation{}, &Error{Code: CodeConnectionRefused}
			}
			return fine(ctx)
		})
		m := NewMonitor([]Dependency{{Name: "database", Timeout: time.Second, Checker: checker}}, time.Second, ignore)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go m.Watch(ctx, 10*time.Second)
		time.Sleep(100 * time.Millisecond)
		report, _ := m.Last()
		assert.Equal(t, StatusUp, report.Status, "within 100 ms of the start")
	})
}
