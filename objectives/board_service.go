package objectives

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
					Queries: one(`sum by (status) (rate(http_requests_total{`+api+`}[$window]))`, "{{status}}"),
				},
				{
					Title: "Errors", Description: "Share of requests that end with a 5xx. The line is what was promised.",
					Unit: "percentunit", Limit: 1 - SuccessTarget,
					Queries: one(`(sum(rate(http_requests_total{`+api+`,status=~"5.."}[$window])) or vector(0)) / sum(rate(http_requests_total{`+api+`}[$window]))`, "5xx"),
				},
				{
					Title: "Duration", Description: "Time from arrival to the end of the answer, all routes. The line is the promise for p95.",
					Unit: "s", Limit: LatencyLimit.Seconds(), Queries: quantiles(`http_request_duration_seconds_bucket{` + api + `}`),
				},
				{
					Title: "Slowest routes", Description: "95th percentile by route: which one to look at first.", Unit: "s",
					Queries: one(`topk(5, histogram_quantile(0.95, sum by (le, route) (rate(http_request_duration_seconds_bucket{`+api+`}[$window]))))`, "{{route}}"),
				},
				{
					Title: "In flight", Description: "Requests being served, by pod. It rises when something behind is slow.", Unit: "short",
					Queries: one(`http_requests_in_flight{`+api+`}`, "{{pod}}"),
				},
				{
					Title: "Traffic", Description: "Bytes of answers.", Unit: "Bps",
					Queries: one(`sum by (route) (rate(http_response_bytes_total{`+api+`}[$window]))`, "{{route}}"),
				},
			}},
			{Title: "Users", Panels: []Panel{
				{
					Title: "Tokens", Description: "Tokens accepted, or why not. Expired ones are normal, forged ones are not.", Unit: "reqps",
					Queries: one(`sum by (result) (rate(authentications_total{`+api+`}[$window]))`, "{{result}}"),
				},
				{
					Title: "Rate limits", Description: "limited: refused with 429. local: counted by the pod alone, because the cache is down.", Unit: "reqps",
					Queries: one(`sum by (result) (rate(rate_limit_decisions_total{`+api+`}[$window]))`, "{{result}}"),
				},
				{
					Title: "Websockets", Description: "Open websockets, by pod.", Unit: "short",
					Queries: one(`websocket_connections{`+api+`}`, "{{pod}}"),
				},
				{
					Title: "Websockets closed", Description: "client, expired and draining are as they should be; slow and error are ours.", Unit: "cps",
					Queries: one(`sum by (reason) (rate(websocket_closed_total{`+api+`}[$window]))`, "{{reason}}"),
				},
				{
					Title: "Changes sent", Description: "Changes sent to websockets, by table.", Unit: "cps",
					Queries: one(`sum by (table) (rate(websocket_messages_total{`+api+`}[$window]))`, "{{table}}"),
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
			Queries: one(`slo:bad_ratio:rate1h{slo="`+o.ID+`"}`, "bad"),
		})
	}
	return panels
}

func processPanels() []Panel {
	return []Panel{
		{
			Title: "CPU", Description: "Cores used, by pod.", Unit: "short",
			Queries: one(`rate(process_cpu_seconds_total{`+api+`}[$window])`, "{{pod}}"),
		},
		{
			Title: "Memory", Description: "Resident memory, by pod. About 20 MiB idle, 50 MiB under load.", Unit: "bytes",
			Queries: one(`process_resident_memory_bytes{`+api+`}`, "{{pod}}"),
		},
		{
			Title: "Goroutines", Description: "They follow the requests in flight and the websockets. A slope without end is a leak.", Unit: "short",
			Queries: one(`go_goroutines{`+api+`}`, "{{pod}}"),
		},
		{
			Title: "Files", Description: "Open files against the limit.", Unit: "percentunit",
			Queries: one(`process_open_fds{`+api+`} / process_max_fds{`+api+`}`, "{{pod}}"),
		},
	}
}
