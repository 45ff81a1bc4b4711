package objectives

import "fmt"

const api = `job="` + API + `"`

func serviceBoard() Board {
	return Board{
		ID: "tripsage-service", Title: "TripSage: service",
		Description: "What users get from the API, against what was promised.",
		Rows: []Row{
			{Title: "Promises", Panels: promisePanels()},
			{Title: "Requests", Panels: []Panel{
				{
					Title: "Rate", Description: "Finished requests by status. 5xx are server errors.", Unit: "reqps",
					Queries: one(Rate{Series: All("http_requests_total"), By: "status"}, "{{status}}"),
				},
				{
					Title: "Errors", Description: "Share of requests that end with a 5xx. The line is what was promised.",
					Unit: "percentunit", Limit: 1 - SuccessTarget,
					Queries: one(Share{
						Part:  Rate{Series: With("http_requests_total", "status", "5??")},
						Whole: Rate{Series: All("http_requests_total")},
					}, "5xx"),
				},
				{
					Title: "Duration", Description: "Time from arrival to the end of the answer, all routes. The line is the promise for p95.",
					Unit: "s", Limit: LatencyLimit.Seconds(), Queries: quantiles(All("http_request_duration_seconds")),
				},
				{
					Title: "Slowest routes", Description: "95th percentile by route: which one to look at first.", Unit: "s",
					Queries: one(Quantile{Series: All("http_request_duration_seconds"), Share: 0.95, By: "route", Top: 5}, "{{route}}"),
				},
				{
					Title: "In flight", Description: "Requests being served, by pod. It rises when something behind is slow.", Unit: "short",
					Queries: one(eachPod("http_requests_in_flight"), "{{pod}}"),
				},
				{
					Title: "Traffic", Description: "Bytes of answers.", Unit: "Bps",
					Queries: one(Rate{Series: All("http_response_bytes_total"), By: "route"}, "{{route}}"),
				},
			}},
			{Title: "Users", Panels: []Panel{
				{
					Title: "Tokens", Description: "Tokens accepted, or why not. Expired ones are normal, forged ones are not.", Unit: "reqps",
					Queries: one(Rate{Series: All("authentications_total"), By: "result"}, "{{result}}"),
				},
				{
					Title: "Rate limits", Description: "limited: refused with 429. local: counted by the pod alone, because the cache is down.", Unit: "reqps",
					Queries: one(Rate{Series: All("rate_limit_decisions_total"), By: "result"}, "{{result}}"),
				},
				{
					Title: "Websockets", Description: "Open websockets, by pod.", Unit: "short",
					Queries: one(eachPod("websocket_connections"), "{{pod}}"),
				},
				{
					Title: "Websockets closed", Description: "client, expired and draining are as they should be, lost is the network's; slow and error are ours.", Unit: "cps",
					Queries: one(Rate{Series: All("websocket_closed_total"), By: "reason"}, "{{reason}}"),
				},
				{
					Title: "Changes sent", Description: "Changes sent to websockets, by table.", Unit: "cps",
					Queries: one(Rate{Series: All("websocket_messages_total"), By: "table"}, "{{table}}"),
				},
			}},
			{Title: "Processes", Panels: processPanels()},
		},
	}
}

// promisePanels shows of each promise how much of its budget burns.
func promisePanels() []Panel {
	var panels []Panel
	for _, o := range Objectives() {
		panels = append(panels, Panel{
			Title: o.Title, Description: o.Promise + " Shown: the share of bad events in the last hour; the line is the budget.",
			Unit: "percentunit", Limit: o.Budget(),
			Queries: []Query{{Of: Share{o.Faults, o.Events}, Expr: `slo:bad_ratio:rate1h{slo="` + o.ID + `"}`, Legend: "bad"}},
		})
	}
	return append(panels, budgetPanel())
}

func budgetPanel() Panel {
	p := Panel{
		Title: "Budgets left", Unit: "percentunit",
		Description: "Share of each promise's error budget of the last 30 days that is left. Below 0 the promise is broken: no risky releases.",
	}
	for _, o := range Objectives() {
		p.Queries = append(p.Queries, Query{
			Expr: fmt.Sprintf(`1 - slo:bad_ratio:rate30d{slo=%q} / %.4g`, o.ID, o.Budget()), Legend: o.Title,
		})
	}
	return p
}

// eachPod is the gauge of each pod.
func eachPod(metric string) Gauge { return Gauge{Series: All(metric), By: []string{"pod"}} }

func processPanels() []Panel {
	return []Panel{
		{
			Title: "CPU", Description: "Cores used, by pod.", Unit: "short",
			Queries: one(Rate{Series: All("process_cpu_seconds_total"), By: "pod"}, "{{pod}}"),
		},
		{
			Title: "Memory", Description: "Resident memory, by pod. About 20 MiB idle, 50 MiB under load.", Unit: "bytes",
			Queries: one(eachPod("process_resident_memory_bytes"), "{{pod}}"),
		},
		{
			Title: "Goroutines", Description: "They follow the requests in flight and the websockets. A slope without end is a leak.", Unit: "short",
			Queries: one(eachPod("go_goroutines"), "{{pod}}"),
		},
		{
			Title: "Files", Description: "Open files against the limit.", Unit: "percentunit",
			Queries: one(Share{eachPod("process_open_fds"), eachPod("process_max_fds")}, "{{pod}}"),
		},
	}
}
