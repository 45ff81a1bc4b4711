package verify

import (
	"fmt"
	"time"
)

// Status is how a check went.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Check is one line of the checklist.
type Check struct {
	// Group is what the check is about and Name what it tries.
	Group  string `json:"group"`
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Measured is what was found, Expected what is good.
	Measured string `json:"measured,omitempty"`
	Expected string `json:"expected"`
	// Fix is what to do: about a failure, or so that it is not skipped.
	Fix  string        `json:"fix,omitempty"`
	Took time.Duration `json:"took_ns"`
}

// Report is a whole checklist.
type Report struct {
	URL    string    `json:"url"`
	Began  time.Time `json:"began"`
	Checks []Check   `json:"checks"`
}

// Count is the number of checks with the status.
func (r Report) Count(status Status) int {
	var n int
	for _, c := range r.Checks {
		if c.Status == status {
			n++
		}
	}
	return n
}

// Strict is the report with each skipped check as a failed one.
func (r Report) Strict() Report {
	checks := make([]Check, len(r.Checks))
	for i, c := range r.Checks {
		if c.Status == Skipped {
			c.Status, c.Measured = Failed, "skipped, and --strict allows none: "+c.Measured
		}
		checks[i] = c
	}
	r.Checks = checks
	return r
}

// Err lists what failed; nil when nothing did.
func (r Report) Err() error {
	failed := r.Count(Failed)
	if failed == 0 {
		return nil
	}
	text := fmt.Sprintf("%d of %d checks failed:", failed, len(r.Checks))
	for _, c := range r.Checks {
		if c.Status == Failed {
			text += fmt.Sprintf("\n  %s, %s: %s, expected %s", c.Group, c.Name, c.Measured, c.Expected)
			if c.Fix != "" {
				text += ": " + c.Fix
			}
		}
	}
	return fmt.Errorf("%s", text)
}
