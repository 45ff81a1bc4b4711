package objectives

func databaseBoard() Board {
	return Board{
		ID: "tripsage-database", Title: "TripSage: database",
		Description: "PostgreSQL as the API sees it, and as it sees itself.",
		Rows: []Row{
			{Title: "From the API", Panels: []Panel{
				{
					Title: "Reachable", Description: "1: the last check of the pod went well.", Unit: "short",
					Queries: one(`dependency_up{`+api+`,dependency="database"}`, "{{pod}}"),
				},
				{
					Title: "Operations", Description: "Pieces of work, each one transaction.", Unit: "ops",
					Queries: one(`sum by (operation) (rate(dependency_operation_duration_seconds_count{`+api+`,dependency="database"}[$window]))`, "{{operation}}"),
				},
				{
					Title: "Slowest operations", Description: "95th percentile of the work in the database.", Unit: "s",
					Queries: one(`topk(5, histogram_quantile(0.95, sum by (le, operation) (rate(dependency_operation_duration_seconds_bucket{`+api+`,dependency="database"}[$window]))))`, "{{operation}}"),
				},
				{
					Title: "Faults", Description: "Work that ended with an error, by code. docs/runbooks/api.md explains the codes.", Unit: "ops",
					Queries: one(`sum by (code) (rate(dependency_operation_errors_total{`+api+`,dependency="database"}[$window])) or vector(0)`, "{{code}}"),
				},
				{
					Title: "Vector search", Description: "Time of a search among a user's memories. The line is the promise for p95.",
					Unit: "s", Limit: VectorLimit.Seconds(), Queries: quantiles(`vector_search_duration_seconds_bucket{` + api + `}`),
				},
				{
					Title: "Pool", Description: "Connections of the pods' pools against their limits.", Unit: "short",
					Queries: []Query{
						{Expr: `sum by (state) (pool_connections{` + api + `,pool="database"})`, Legend: "{{state}}"},
						{Expr: `sum(pool_max_connections{` + api + `,pool="database"})`, Legend: "limit"},
					},
				},
				{
					Title: "Waits for a connection", Description: "Requests that found none idle, and those that gave up.", Unit: "ops",
					Queries: []Query{
						{Expr: `sum(rate(pool_waits_total{` + api + `,pool="database"}[$window]))`, Legend: "waited"},
						{Expr: `sum(rate(pool_timeouts_total{` + api + `,pool="database"}[$window]))`, Legend: "gave up"},
					},
				},
				{
					Title: "Time of waits", Description: "Seconds waited in each second, by pod.", Unit: "s",
					Queries: one(`sum by (pod) (rate(pool_wait_seconds_total{`+api+`}[$window]))`, "{{pod}}"),
				},
				{
					Title: "Check", Description: "Time that the last health check took.", Unit: "s",
					Queries: one(`dependency_check_seconds{`+api+`}`, "{{dependency}} {{pod}}"),
				},
			}},
			{Title: "From the server", Panels: []Panel{
				{
					Title: "Connections", Description: "Open connections by state, against the server's limit.", Unit: "short",
					Queries: []Query{
						{Expr: `sum by (state) (pg_stat_activity_count)`, Legend: "{{state}}"},
						{Expr: `max(pg_settings_max_connections)`, Legend: "limit"},
					},
				},
				{
					Title: "Cache hits of the server", Description: "Share of blocks found in memory. Below 0.99 the working set does not fit.", Unit: "percentunit",
					Queries: one(`sum(rate(pg_stat_database_blks_hit[$window])) / (sum(rate(pg_stat_database_blks_hit[$window])) + sum(rate(pg_stat_database_blks_read[$window])))`, "hits"),
				},
				{
					Title: "Transactions", Description: "Committed and rolled back.", Unit: "ops",
					Queries: []Query{
						{Expr: `sum(rate(pg_stat_database_xact_commit[$window]))`, Legend: "committed"},
						{Expr: `sum(rate(pg_stat_database_xact_rollback[$window]))`, Legend: "rolled back"},
					},
				},
				{
					Title: "Size", Description: "Bytes of each database.", Unit: "bytes",
					Queries: one(`pg_database_size_bytes`, "{{datname}}"),
				},
			}},
		},
	}
}

func cacheBoard() Board {
	return Board{
		ID: "tripsage-cache", Title: "TripSage: cache",
		Description: "Dragonfly, and what it saves the database.",
		Rows: []Row{
			{Title: "From the API", Panels: []Panel{
				{
					Title: "Reachable", Description: "1: the last check of the pod went well. Nothing fails when it is 0; everything is slower.", Unit: "short",
					Queries: one(`dependency_up{`+api+`,dependency="cache"}`, "{{pod}}"),
				},
				{
					Title: "Hit rate", Description: "Share of lookups that the cache answers, by kind. The line is the promise.", Unit: "percentunit", Limit: CacheTarget,
					Queries: one(`sum by (kind) (rate(cache_requests_total{`+api+`,result=~"hit|negative|shared"}[$window])) / sum by (kind) (rate(cache_requests_total{`+api+`}[$window]))`, "{{kind}}"),
				},
				{
					Title: "Lookups", Description: "shared: waited for somebody else's load. bypass: the cache was left alone.", Unit: "ops",
					Queries: one(`sum by (result) (rate(cache_requests_total{`+api+`}[$window]))`, "{{result}}"),
				},
				{
					Title: "Duration", Description: "Time of one operation of the cache.", Unit: "s",
					Queries: quantiles(`dependency_operation_duration_seconds_bucket{` + api + `,dependency="cache"}`),
				},
			}},
			{Title: "From the server", Panels: []Panel{
				{
					Title: "Memory", Description: "Used and allowed. Eviction begins near the limit.", Unit: "bytes",
					Queries: []Query{{Expr: `dragonfly_memory_used_bytes`, Legend: "used {{pod}}"}, {Expr: `dragonfly_memory_max_bytes`, Legend: "limit {{pod}}"}},
				},
				{
					Title: "Keys", Description: "Keys, and those with a time to live: all of ours have one.", Unit: "short",
					Queries: []Query{{Expr: `sum(dragonfly_db_keys)`, Legend: "all"}, {Expr: `sum(dragonfly_db_keys_expiring)`, Legend: "expiring"}},
				},
				{
					Title: "Commands", Description: "Commands a second.", Unit: "ops",
					Queries: one(`sum by (pod) (rate(dragonfly_commands_processed_total[$window]))`, "{{pod}}"),
				},
				{
					Title: "Gone keys", Description: "Expired is normal; evicted means that memory is short.", Unit: "ops",
					Queries: []Query{{Expr: `sum(rate(dragonfly_expired_keys_total[$window]))`, Legend: "expired"}, {Expr: `sum(rate(dragonfly_evicted_keys_total[$window]))`, Legend: "evicted"}},
				},
				{
					Title: "Clients", Description: "Connections: those of the pods' pools.", Unit: "short",
					Queries: one(`dragonfly_connected_clients`, "{{pod}}"),
				},
			}},
		},
	}
}
