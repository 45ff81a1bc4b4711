package infra

import "fmt"

func (a API) validate(fs *faults) {
	minOK := fs.between("api.replicas.min", a.Replicas.Min, 1, 100)
	maxOK := fs.between("api.replicas.max", a.Replicas.Max, 1, 100)
	if minOK && maxOK && a.Replicas.Min > a.Replicas.Max {
		fs.add("api.replicas.min", a.Replicas.Min, fmt.Sprintf("at most api.replicas.max (%d)", a.Replicas.Max),
			"lower min or raise max", "api.replicas.max")
	}
	a.Resources.validate(fs, "api.resources")
	fs.oneOf("api.logLevel", a.LogLevel, "debug", "info", "warn", "error")
	a.Shutdown.validate(fs)
	fs.between("api.databasePool.size", a.DatabasePool.Size, 1, 500)
	fs.between("api.databasePool.maxOverflow", a.DatabasePool.MaxOverflow, 0, 500)
	fs.between("api.databasePool.timeoutSeconds", a.DatabasePool.TimeoutSeconds, 1, 300)
	fs.between("api.cachePool.size", a.CachePool.Size, 1, 500)
	fs.between("api.cachePool.timeoutSeconds", a.CachePool.TimeoutSeconds, 1, 300)
	const month = 30 * 24 * 3600
	fs.between("api.cacheTTL.searchResultsSeconds", a.CacheTTL.SearchResultsSeconds, 1, month)
	fs.between("api.cacheTTL.userPreferencesSeconds", a.CacheTTL.UserPreferencesSeconds, 1, month)
	fs.between("api.cacheTTL.staticDataSeconds", a.CacheTTL.StaticDataSeconds, 1, month)
	fs.between("api.rateLimitPerMinute", a.RateLimitPerMinute, 1, 1_000_000)
	a.validateKeys(fs)
	a.validateOrigins(fs)
}

// shutdownMarginSeconds is left for the process to close its connections and
// exit after the last request.
const shutdownMarginSeconds = 5

func (s Shutdown) validate(fs *faults) {
	preStopOK := fs.between("api.shutdown.preStopSeconds", s.PreStopSeconds, 1, 300)
	drainOK := fs.between("api.shutdown.drainSeconds", s.DrainSeconds, 1, 300)
	timeoutOK := fs.between("api.shutdown.timeoutSeconds", s.TimeoutSeconds, 1, 600)
	graceOK := fs.between("api.shutdown.graceSeconds", s.GraceSeconds, 1, 3600)
	need := s.PreStopSeconds + s.DrainSeconds + s.TimeoutSeconds + shutdownMarginSeconds
	if preStopOK && drainOK && timeoutOK && graceOK && s.GraceSeconds < need {
		fs.add("api.shutdown.graceSeconds", s.GraceSeconds,
			fmt.Sprintf("at least preStopSeconds + drainSeconds + timeoutSeconds + %d = %d", shutdownMarginSeconds, need),
			"raise graceSeconds, or Kubernetes kills the API in the middle of a request",
			"api.shutdown.preStopSeconds", "api.shutdown.drainSeconds", "api.shutdown.timeoutSeconds")
	}
}

const (
	// superuserConnections are what Postgres keeps back for its superuser, who
	// migrates the schema.
	superuserConnections = 3
	// sideConnections are those of a pod beside its pool: one for health, so that
	// a full pool is not a broken database, and one that hears of changes.
	sideConnections = 2
)

// validateConnections checks that the connections of every API pod together fit
// the embedded database, with the one pod more that a rolling update starts.
func (s Spec) validateConnections(fs *faults) {
	if s.Database.Mode != DatabaseEmbedded {
		return
	}
	pool, replicas, most := s.API.DatabasePool, s.API.Replicas.Max, s.Database.MaxConnections
	inRange := pool.Size >= 1 && pool.Size <= 500 && pool.MaxOverflow >= 0 && pool.MaxOverflow <= 500 &&
		replicas >= 1 && replicas <= 100
	need := (replicas+1)*(pool.Size+pool.MaxOverflow+sideConnections) + superuserConnections
	if inRange && most >= 10 && most < need {
		fs.add("database.maxConnections", most,
			fmt.Sprintf("at least (api.replicas.max + 1) x (databasePool.size + maxOverflow + %d) + %d = %d",
				sideConnections, superuserConnections, need),
			"raise it, shrink api.databasePool or allow fewer replicas: the last pods would get no connection",
			"api.databasePool.size", "api.databasePool.maxOverflow", "api.replicas.max")
	}
}
