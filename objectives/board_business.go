package objectives

func releaseBoard() Board {
	return Board{
		ID: "tripsage-release", Title: "TripSage: release",
		Description: "Two versions side by side while one takes over from the other.",
		Rows: []Row{{Title: "Versions", Panels: []Panel{
			{
				Title: "Pods", Description: "Pods of each version. One version is normal; two are a release.", Unit: "short",
				Queries: one(`count by (version) (build_info{`+api+`})`, "{{version}}"),
			},
			{
				Title: "Requests", Description: "Which version gets how much of the traffic.", Unit: "reqps",
				Queries: one(`sum by (version) (rate(http_requests_total{`+api+`}[$window]) * on (pod) group_left (version) build_info{`+api+`})`, "{{version}}"),
			},
			{
				Title: "Errors", Description: "Share of 5xx by version. The new one must not be above the old one.", Unit: "percentunit", Limit: 1 - SuccessTarget,
				Queries: one(`(sum by (version) (rate(http_requests_total{`+api+`,status=~"5.."}[$window]) * on (pod) group_left (version) build_info{`+api+`}) or 0 * count by (version) (build_info{`+api+`})) / sum by (version) (rate(http_requests_total{`+api+`}[$window]) * on (pod) group_left (version) build_info{`+api+`})`, "{{version}}"),
			},
			{
				Title: "Duration", Description: "95th percentile by version.", Unit: "s", Limit: LatencyLimit.Seconds(),
				Queries: one(`histogram_quantile(0.95, sum by (le, version) (rate(http_request_duration_seconds_bucket{`+api+`}[$window]) * on (pod) group_left (version) build_info{`+api+`}))`, "{{version}}"),
			},
			{
				Title: "Restarts", Description: "When each process began. A line that jumps is a restart.", Unit: "dateTimeFromNow",
				Queries: one(`process_start_time_seconds{`+api+`} * 1000`, "{{pod}}"),
			},
			{
				Title: "Websockets drained", Description: "Websockets that a release closed: they reconnect to the others.", Unit: "cps",
				Queries: one(`sum(rate(websocket_closed_total{`+api+`,reason="draining"}[$window]))`, "drained"),
			},
		}}},
	}
}

func businessBoard() Board {
	return Board{
		ID: "tripsage-business", Title: "TripSage: business",
		Description: "What people do with it.",
		Rows: []Row{{Title: "Use", Panels: []Panel{
			{
				Title: "Searches", Description: "Searches an hour, by what was looked for.", Unit: "short",
				Queries: one(`3600 * sum by (what) (rate(searches_total{`+api+`}[$window]))`, "{{what}}"),
			},
			{
				Title: "Trips", Description: "Trips an hour: created, changed, deleted, shared.", Unit: "short",
				Queries: one(`3600 * sum by (event) (rate(trips_total{`+api+`}[$window]))`, "{{event}}"),
			},
			{
				Title: "Messages", Description: "Chat messages an hour, by who wrote them.", Unit: "short",
				Queries: one(`3600 * sum by (role) (rate(chat_messages_total{`+api+`}[$window]))`, "{{role}}"),
			},
			{
				Title: "Memories", Description: "Memories an hour: added and deleted.", Unit: "short",
				Queries: one(`3600 * sum by (event) (rate(memories_total{`+api+`}[$window]))`, "{{event}}"),
			},
		}}},
	}
}
