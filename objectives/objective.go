package objectives

import "time"

// Objective is a promise about a share of events: of so many, at least Target
// are good. What is left is the error budget.
type Objective struct {
	// ID is part of names of rules: lower case with underscores.
	ID string
	// Title is for people; Promise is the whole of it in one sentence.
	Title, Promise string
	// Target is the share that must be good, over Period: 0.999.
	Target float64
	// Faults are the bad ones of Events.
	Faults Measure
	Events Rate
	// Bad and Total are both in PromQL, events a second of all pods over the
	// window that Window stands for.
	Bad, Total string
	// Fewest is how many events must be bad within the longer window of a burn
	// before anybody is told: where little happens, a few are a great share
	// (https://sre.google/workbook/alerting-on-slos/, low-traffic services).
	Fewest int
	// Urgent objectives wake somebody when their budget burns fast; the others
	// only make tickets.
	Urgent bool
	// Runbook is the page in docs/runbooks that says what to do.
	Runbook string
	// Source says where the promise comes from.
	Source string
}

// Window stands for the window in Bad and Total: "[$window]".
const Window = "$window"

// Period is what budgets are for.
const Period = 30 * 24 * time.Hour

// Budget is the share of events that may be bad.
func (o Objective) Budget() float64 { return 1 - o.Target }

// API is the job that Prometheus scrapes the API's pods under.
const API = "tripsage-api"

// The thresholds that release analysis shares with alerts.
const (
	SuccessTarget = 0.999
	LatencyTarget = 0.95
	LatencyLimit  = 500 * time.Millisecond
	VectorLimit   = 100 * time.Millisecond
	// CacheTarget is the share of lookups that the cache answers.
	CacheTarget = 0.95
	// ConnectionsLimit is the share of the database's connections in use.
	ConnectionsLimit = 0.8
)

// Objectives are all promises about shares of events.
func Objectives() []Objective {
	all := []Objective{
		{
			ID: "availability", Title: "Availability",
			Promise: "99.9 % of requests are answered without a server error, over 30 days.",
			Target:  SuccessTarget, Fewest: 10, Urgent: true, Runbook: "errors.md",
			Faults: Rate{Series: With("http_requests_total", "status", "5??")},
			Events: Rate{Series: All("http_requests_total")},
			Source: "deployment guide, success criteria: over 99.9 % uptime, under 0.1 % errors",
		},
		{
			ID: "latency", Title: "Latency of requests",
			Promise: "95 % of requests are answered within 500 ms, over 30 days.",
			Target:  LatencyTarget, Fewest: 10, Urgent: true, Runbook: "latency.md",
			Faults: Slow{Series: All("http_request_duration_seconds"), Limit: LatencyLimit},
			Events: Rate{Series: All("http_request_duration_seconds_count")},
			Source: "deployment guide, performance targets: API p95 under 500 ms",
		},
		{
			ID: "vector_search", Title: "Vector search",
			Promise: "95 % of searches among memories take at most 100 ms in the database, over 30 days.",
			Target:  LatencyTarget, Fewest: 10, Runbook: "vector-search.md",
			Faults: Slow{Series: All("vector_search_duration_seconds"), Limit: VectorLimit},
			Events: Rate{Series: All("vector_search_duration_seconds_count")},
			Source: "deployment guide, performance targets: vector search p95 under 100 ms",
		},
		{
			ID: "cache_hits", Title: "Cache hits",
			Promise: "95 % of lookups are answered by the cache, over 30 days.",
			// A miss costs a user nothing but milliseconds, and an empty cache begins with them.
			Target: CacheTarget, Fewest: 1000, Runbook: "cache.md",
			Faults: Rate{Series: With("cache_requests_total", "result", "miss", "bypass")},
			Events: Rate{Series: All("cache_requests_total")},
			Source: "deployment guide, performance targets: cache hit rate over 95 %",
		},
		{
			ID: "websockets", Title: "Websockets",
			Promise: "99 % of websockets end because the client, the network or a release ends them, over 30 days.",
			Target:  0.99, Fewest: 10, Runbook: "websockets.md",
			Faults: Rate{Series: With("websocket_closed_total", "reason", "slow", "error")},
			Events: Rate{Series: All("websocket_closed_total")},
			Source: "deployment guide, monitoring: websocket connections and message throughput",
		},
	}
	for i, o := range all {
		all[i].Bad, all[i].Total = o.Faults.PromQL(), o.Events.PromQL()
	}
	return all
}
