package objectives

func releaseBoard() Board {
	requests := Rate{Series: All("http_requests_total"), By: Version}
	return Board{
		ID: "tripsage-release", Title: "TripSage: release",
		Description: "Two versions side by side while one takes over from the other.",
		Rows: []Row{{Title: "Versions", Panels: []Panel{
			{
				Title: "Pods", Description: "Pods of each version. One version is normal; two are a release.", Unit: "short",
				Queries: one(Gauge{Series: All("build_info"), How: "sum", By: []string{Version}}, "{{version}}"),
			},
			{
				Title: "Requests", Description: "Which version gets how much of the traffic.", Unit: "reqps",
				Queries: one(requests, "{{version}}"),
			},
			{
				Title: "Errors", Description: "Share of 5xx by version. The new one must not be above the old one.", Unit: "percentunit", Limit: 1 - SuccessTarget,
				Queries: one(Share{Part: Rate{Series: With("http_requests_total", "status", "5??"), By: Version}, Whole: requests}, "{{version}}"),
			},
			{
				Title: "Duration", Description: "95th percentile by version.", Unit: "s", Limit: LatencyLimit.Seconds(),
				Queries: one(Quantile{Series: All("http_request_duration_seconds"), Share: 0.95, By: Version}, "{{version}}"),
			},
			{
				Title: "Restarts", Description: "When each process began. A line that jumps is a restart.", Unit: "dateTimeFromNow",
				Queries: raw(`process_start_time_seconds{`+api+`} * 1000`, "{{pod}}"),
			},
			{
				Title: "Websockets drained", Description: "Websockets that a release closed: they reconnect to the others.", Unit: "cps",
				Queries: one(Rate{Series: With("websocket_closed_total", "reason", "draining")}, "drained"),
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
				Queries: one(Rate{Series: All("searches_total"), By: "what", Hourly: true}, "{{what}}"),
			},
			{
				Title: "Trips", Description: "Trips an hour: created, changed, deleted, shared.", Unit: "short",
				Queries: one(Rate{Series: All("trips_total"), By: "event", Hourly: true}, "{{event}}"),
			},
			{
				Title: "Messages", Description: "Chat messages an hour, by who wrote them.", Unit: "short",
				Queries: one(Rate{Series: All("chat_messages_total"), By: "role", Hourly: true}, "{{role}}"),
			},
			{
				Title: "Memories", Description: "Memories an hour: added and deleted.", Unit: "short",
				Queries: one(Rate{Series: All("memories_total"), By: "event", Hourly: true}, "{{event}}"),
			},
		}}},
	}
}
