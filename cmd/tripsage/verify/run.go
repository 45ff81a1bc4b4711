package verify

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// checkPatience is how long one check may take altogether.
const checkPatience = time.Minute

// run is one verification.
type run struct {
	Options
	http *http.Client
}

// finding is what a check found.
type finding struct {
	status        Status
	measured, fix string
}

func ok(format string, args ...any) finding {
	return finding{status: OK, measured: fmt.Sprintf(format, args...)}
}

func bad(measured, fix string) finding { return finding{status: Failed, measured: measured, fix: fix} }

// check is one thing to try.
type check struct {
	group, name, expected string
	try                   func(context.Context, *run) finding
	// user and inside are what it needs: a token, a look into the cluster.
	user, inside bool
}

// Run tries everything, whatever has failed before. Its error is about the
// options; what failed is in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	o.URL = strings.TrimSuffix(o.URL, "/")
	if err := o.validate(); err != nil {
		return Report{}, err
	}
	r := &run{Options: o, http: newClient()}
	defer r.http.CloseIdleConnections()
	report := Report{URL: o.URL, Began: time.Now().UTC()}
	for _, c := range r.checks() {
		if o.Begin != nil {
			o.Begin(c.group + ", " + c.name)
		}
		report.Checks = append(report.Checks, r.one(ctx, c))
		if ctx.Err() != nil {
			return report, context.Cause(ctx)
		}
	}
	return report, nil
}

func (r *run) one(ctx context.Context, c check) Check {
	start, found := time.Now(), finding{}
	switch {
	case c.user && r.Token == "":
		found = finding{Skipped, "there is no token", r.NoToken}
	case c.inside && r.Cluster == nil:
		found = finding{Skipped, "the cluster is not looked into", r.NoCluster}
	default:
		within, cancel := context.WithTimeout(ctx, checkPatience)
		found = c.try(within, r)
		cancel()
	}
	return Check{
		Group: c.group, Name: c.name, Expected: c.expected, Took: time.Since(start).Round(time.Microsecond),
		Status: found.status, Measured: found.measured, Fix: found.fix,
	}
}

func (r *run) checks() []check {
	all := healthChecks()
	all = append(all, releaseChecks(r.Image)...)
	all = append(all, securityChecks()...)
	all = append(all, addressChecks()...)
	all = append(all, latencyChecks(r.Requests, r.Budgets)...)
	all = append(all, realtimeCheck(r.Budgets.Realtime), cacheCheck())
	if r.Frontend != "" {
		all = append(all, frontendCheck(r.Frontend))
	}
	return all
}
