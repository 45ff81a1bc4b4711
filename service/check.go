package service

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// checkAll runs every check at the same time, so a round takes as long as its slowest check.
func checkAll(deps []Dependency) Report {
	reports := make([]DependencyReport, len(deps))
	var group sync.WaitGroup
	for i, dep := range deps {
		group.Go(func() { reports[i] = check(dep) })
	}
	group.Wait()
	return Report{Status: overall(reports), CheckedAt: time.Now(), Dependencies: reports}
}

// check runs one check. It does not take the caller's context: its result is shared, so one
// impatient caller must not turn it into a failure for the others.
func check(dep Dependency) DependencyReport {
	ctx, cancel := context.WithTimeout(context.Background(), dep.Timeout)
	defer cancel()
	start := time.Now()
	seen, err := safely(ctx, dep.Checker)
	report := DependencyReport{
		Name: dep.Name, Required: dep.Required, Status: StatusUp,
		Observation: seen, Latency: time.Since(start), Err: err,
	}
	switch {
	case err != nil:
		report.Status, report.Code = StatusDown, CodeOf(err)
	case seen.Warning != "":
		report.Status, report.Code = StatusDegraded, seen.Warning
	}
	return report
}

// safely turns a panic into an error: checks run outside of any request, where a panic would
// end the process.
func safely(ctx context.Context, checker Checker) (seen Observation, err error) {
	defer func() {
		if p := recover(); p != nil {
			seen, err = Observation{}, &Error{Code: CodeInternal, Err: fmt.Errorf("health check panicked: %v", p)}
		}
	}()
	return checker.Check(ctx)
}
