package service

import (
	"context"
	"time"
)

// Status is the state of a dependency or of the whole service.
type Status string

// The states, from good to bad. Degraded means that requests are answered, slower or in part.
const (
	StatusUp       Status = "up"
	StatusDegraded Status = "degraded"
	StatusDown     Status = "down"
)

// Observation is what a successful check learned.
type Observation struct {
	Server     string            // product name, for instance "PostgreSQL"
	Version    string            // the server's version
	Extensions map[string]string // extension name to version; nil where there is no such thing
	Warning    Code              // not empty: the dependency works, but not fully
}

// Checker looks at one dependency. Check must return soon after ctx ends and must be safe
// for concurrent use. A returned error should carry a Code (see Error).
type Checker interface {
	Check(ctx context.Context) (Observation, error)
}

// Dependency is something the service talks to.
type Dependency struct {
	Name     string        // stable name such as "database"
	Required bool          // whether the service is down without it
	Timeout  time.Duration // longest time that one check may take
	Checker  Checker
}

// DependencyReport is the result of one check.
type DependencyReport struct {
	Name     string
	Required bool
	Status   Status
	Observation
	Code    Code          // why the status is not up; "" when it is
	Latency time.Duration // how long the check took
	Err     error         // for logs only: may name hosts and users
}

// Report is the result of one round of checks over all dependencies, in their fixed order.
type Report struct {
	Status       Status
	CheckedAt    time.Time
	Dependencies []DependencyReport
}

// Ready says whether the service can answer requests: every required dependency works.
// An optional one that is down makes the service slower, never unready.
func (r Report) Ready() bool { return r.Status != StatusDown }

// overall derives the service's status from its dependencies'.
func overall(reports []DependencyReport) Status {
	status := StatusUp
	for _, r := range reports {
		switch {
		case r.Status == StatusDown && r.Required:
			return StatusDown
		case r.Status != StatusUp:
			status = StatusDegraded
		}
	}
	return status
}
