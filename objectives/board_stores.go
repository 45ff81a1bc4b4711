package objectives

func databaseBoard() Board {
	return Board{
		ID: "tripsage-database", Title: "TripSage: database",
		Description: "PostgreSQL as the API sees it, and as it sees itself.",
		Rows: []Row{
			{Title: "From the API", Panels: []Panel{
				{
					Title: "Reachable", Description: "1: the last check of the pod went well.", Unit: "short",
					Queries: one(Gauge{Series: With("dependency_up", "dependency", "database"), By: []string{"pod"}}, "{{pod}}"),
				},
				{
					Title: "Operations", Description: "Pieces of work, each one transaction.", Unit: "ops",
					Queries: one(Rate{Series: With("dependency_operation_duration_seconds_count", "dependency", "database"), By: "operation"}, "{{operation}}"),
				},
				{
					Title: "Slowest operations", Description: "95th percentile of the work in the database.", Unit: "s",
					Queries: one(Quantile{Series: With("dependency_operation_duration_seconds", "dependency", "database"), Share: 0.95, By: "operation", Top: 5}, "{{operation}}"),
				},
				{
					Title: "Faults", Description: "Work that ended with an error, by code; docs/runbooks/api.md explains the codes. not_found and version_conflict are answers and no faults.", Unit: "ops",
					Queries: orZero(draw(Rate{Series: With("dependency_operation_errors_total", "dependency", "database"), By: "code"}, "{{code}}")),
				},
				{
					Title: "Vector search", Description: "Time of a search among a user's memories. The line is the promise for p95.",
					Unit: "s", Limit: VectorLimit.Seconds(), Queries: quantiles(All("vector_search_duration_seconds")),
				},
				{
					Title: "Pool", Description: "Connections of the pods' pools against their limits.", Unit: "short",
					Queries: []Query{
						draw(Gauge{Series: With("pool_connections", "pool", "database"), How: "sum", By: []string{"state"}}, "{{state}}"),
						draw(Gauge{Series: With("pool_max_connections", "pool", "database"), How: "sum"}, "limit"),
					},
				},
				{
					Title: "Waits for a connection", Description: "Requests that found none idle, and those that gave up.", Unit: "ops",
					Queries: []Query{
						draw(Rate{Series: With("pool_waits_total", "pool", "database")}, "waited"),
						draw(Rate{Series: With("pool_timeouts_total", "pool", "database")}, "gave up"),
					},
				},
				{
					Title: "Time of waits", Description: "Seconds waited in each second, by pod.", Unit: "s",
					Queries: one(Rate{Series: All("pool_wait_seconds_total"), By: "pod"}, "{{pod}}"),
				},
				{
					Title: "Check", Description: "Time that the last health check took.", Unit: "s",
					Queries: one(Gauge{Series: All("dependency_check_seconds"), By: []string{"dependency", "pod"}}, "{{dependency}} {{pod}}"),
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
					Queries: raw(`sum(rate(pg_stat_database_blks_hit[$window])) / (sum(rate(pg_stat_database_blks_hit[$window])) + sum(rate(pg_stat_database_blks_read[$window])))`, "hits"),
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
					Queries: raw(`pg_database_size_bytes`, "{{datname}}"),
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
					Queries: one(Gauge{Series: With("dependency_up", "dependency", "cache"), By: []string{"pod"}}, "{{pod}}"),
				},
				{
					Title: "Hit rate", Description: "Share of lookups that the cache answers, by kind. The line is the promise.", Unit: "percentunit", Limit: CacheTarget,
					Queries: one(Share{
						Part:  Rate{Series: With("cache_requests_total", "result", "hit", "negative", "shared"), By: "kind"},
						Whole: Rate{Series: All("cache_requests_total"), By: "kind"},
					}, "{{kind}}"),
				},
				{
					Title: "Lookups", Description: "shared: waited for somebody else's load. bypass: the cache was left alone.", Unit: "ops",
					Queries: one(Rate{Series: All("cache_requests_total"), By: "result"}, "{{result}}"),
				},
				{
					Title: "Duration", Description: "Time of one operation of the cache.", Unit: "s",
					Queries: quantiles(With("dependency_operation_duration_seconds", "dependency", "cache")),
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
					Queries: raw(`sum by (pod) (rate(dragonfly_commands_processed_total[$window]))`, "{{pod}}"),
				},
				{
					Title: "Gone keys", Description: "Expired is normal; evicted means that memory is short.", Unit: "ops",
					Queries: []Query{{Expr: `sum(rate(dragonfly_expired_keys_total[$window]))`, Legend: "expired"}, {Expr: `sum(rate(dragonfly_evicted_keys_total[$window]))`, Legend: "evicted"}},
				},
				{
					Title: "Clients", Description: "Connections: those of the pods' pools.", Unit: "short",
					Queries: raw(`dragonfly_connected_clients`, "{{pod}} {{listener}}"),
				},
			}},
		},
	}
}
