package monitoring

import "time"

// story is a fault and the alert that must tell of it.
type story struct {
	alert string // with labels, as a selector: HighErrorRate{severity="critical"}
	// lasts is how long the fault is there; by its end the alert must fire.
	lasts time.Duration
	// heals is how long the alert may take to end after the fault.
	heals time.Duration
	// bad makes the series of the fault; below those of one that is just not
	// bad enough. Both have quiet times around.
	bad, below []series
}

const labels = `job="tripsage-api",pod="api-1"`

func requests(errors float64, lasts time.Duration) []series {
	return []series{
		counter(`http_requests_total{`+labels+`,status="200"}`, fault(10, 10, lasts)...),
		counter(`http_requests_total{`+labels+`,status="500"}`, fault(0, errors, lasts)...),
	}
}

// durations are of a histogram: so many requests a second, so many within the
// bound.
func durations(name, bound string, all, within float64, lasts time.Duration) []series {
	return []series{
		counter(name+`_count{`+labels+`}`, fault(all, all, lasts)...),
		counter(name+`_bucket{`+labels+`,le="`+bound+`"}`, fault(all, within, lasts)...),
		counter(name+`_bucket{`+labels+`,le="+Inf"}`, fault(all, all, lasts)...),
	}
}

func stories() []story {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	token := func(forged, accepted float64) []series {
		return []series{
			counter(`authentications_total{`+labels+`,result="accepted"}`, fault(5, accepted, minutes(20))...),
			counter(`authentications_total{`+labels+`,result="forged"}`, fault(0, forged, minutes(20))...),
		}
	}
	one := func(name string, kind func(string, ...phase) series, well, bad float64, lasts time.Duration) []series {
		return []series{kind(name, fault(well, bad, lasts)...)}
	}
	vector := func(within float64) []series {
		return append(durations("vector_search_duration_seconds", "0.1", 10, within, minutes(10)),
			counter(`vector_search_duration_seconds_bucket{`+labels+`,le="0.25"}`, fault(10, 10, minutes(10))...))
	}
	connections := func(n float64) []series {
		return []series{
			gauge(`pg_stat_activity_count{state="active"}`, fault(10, n, minutes(10))...),
			gauge(`pg_settings_max_connections`, fault(100, 100, minutes(10))...),
		}
	}
	memory := func(share float64) []series {
		return []series{
			gauge(`dragonfly_memory_used_bytes{pod="d"}`, fault(10, share*1000, minutes(20))...),
			gauge(`dragonfly_memory_max_bytes{pod="d"}`, fault(1000, 1000, minutes(20))...),
		}
	}
	up := `up{` + labels + `}`
	database, cache := `dependency_up{`+labels+`,dependency="database"}`, `dependency_up{`+labels+`,dependency="cache"}`
	other := gauge(`up{job="tripsage-api",pod="api-2"}`, fault(1, 1, minutes(10))...)
	return []story{
		{alert: `HighErrorRate{severity="critical"}`, lasts: minutes(12), heals: minutes(6), bad: requests(0.2, minutes(12)), below: requests(0.09, minutes(12))},
		{alert: `SlowVectorSearch{severity="warning"}`, lasts: minutes(10), heals: minutes(6), bad: vector(8), below: vector(9.6)},
		{alert: `DatabaseConnectionsHigh{severity="warning"}`, lasts: minutes(10), heals: minutes(1), bad: connections(81), below: connections(80)},
		{alert: `APIDown{severity="critical"}`, lasts: minutes(10), heals: minutes(1), bad: one(up, gauge, 1, 0, minutes(10)), below: append(one(up, gauge, 1, 0, minutes(10)), other)},
		{alert: `APIPodDown{severity="warning",pod="api-1"}`, lasts: minutes(10), heals: minutes(1), bad: append(one(up, gauge, 1, 0, minutes(10)), other), below: one(up, gauge, 1, 1, minutes(10))},
		{alert: `DatabaseDown{severity="critical"}`, lasts: minutes(5), heals: minutes(1), bad: one(database, gauge, 1, 0, minutes(5)), below: one(cache, gauge, 1, 0, minutes(5))},
		{alert: `CacheDown{severity="warning"}`, lasts: minutes(5), heals: minutes(1), bad: one(cache, gauge, 1, 0, minutes(5)), below: one(database, gauge, 1, 0, minutes(5))},
		{
			alert: `DatabasePoolExhausted{severity="warning",pod="api-1"}`, lasts: minutes(10), heals: minutes(6),
			bad:   one(`pool_timeouts_total{`+labels+`,pool="database"}`, counter, 0, 1, minutes(10)),
			below: one(`pool_timeouts_total{`+labels+`,pool="cache"}`, counter, 0, 1, minutes(10)),
		},
		{alert: `CacheMemoryHigh{severity="warning",pod="d"}`, lasts: minutes(20), heals: minutes(1), bad: memory(0.91), below: memory(0.9)},
		{alert: `AuthenticationFailures{severity="warning"}`, lasts: minutes(20), heals: minutes(6), bad: token(2, 5), below: token(1, 5)},
	}
}
