package config

import (
	"log/slog"
	"time"
)

// Config is everything that the API's process can be told.
type Config struct {
	Environment string // local, staging or production
	LogLevel    slog.Level
	APIAddr     string // host:port of the API
	MetricsAddr string // host:port of the Prometheus metrics
	Database    Database
	Cache       Cache
	Shutdown    Shutdown
}

// Database says how to reach PostgreSQL.
type Database struct {
	URL         Secret
	PoolSize    int           // SUPABASE_POOL_SIZE
	MaxOverflow int           // SUPABASE_MAX_OVERFLOW: connections above PoolSize under load
	PoolTimeout time.Duration // longest wait for a free connection
}

// Cache says how to reach the Dragonfly (or Redis-compatible) cache.
type Cache struct {
	URL      Secret
	PoolSize int
	Timeout  time.Duration // longest wait for a connection, and for each command
}

// Shutdown says how long the process may take to stop. The sum and a margin of 5 seconds for
// closing pools must fit in the pod's terminationGracePeriodSeconds.
type Shutdown struct {
	Drain   time.Duration // readiness fails while requests are still served
	Timeout time.Duration // longest wait for requests in flight after that
}

// Load reads and validates the configuration. getenv is os.Getenv; an empty variable counts
// as not set. The error joins one fault per wrong variable.
func Load(getenv func(string) string) (Config, error) {
	r := &reader{getenv: getenv}
	cfg := Config{
		Environment: r.choice("ENVIRONMENT", "", "local", "staging", "production"),
		LogLevel:    r.logLevel("LOG_LEVEL", "info"),
		APIAddr:     r.address("API_ADDR", ":8000"),
		MetricsAddr: r.address("METRICS_ADDR", ":9090"),
		Database: Database{
			URL:         r.secretURL("DATABASE_URL", databaseURLForm, databaseURLProblem),
			PoolSize:    r.integer("SUPABASE_POOL_SIZE", 20, 1),
			MaxOverflow: r.integer("SUPABASE_MAX_OVERFLOW", 30, 0),
			PoolTimeout: r.seconds("SUPABASE_POOL_TIMEOUT", 30),
		},
		Cache: Cache{
			URL:      r.secretURL("DRAGONFLY_URL", cacheURLForm, cacheURLProblem),
			PoolSize: r.integer("DRAGONFLY_POOL_SIZE", 20, 1),
			Timeout:  r.seconds("DRAGONFLY_TIMEOUT", 5),
		},
		Shutdown: Shutdown{
			Drain:   r.duration("SHUTDOWN_DRAIN", 5*time.Second, 0),
			Timeout: r.duration("SHUTDOWN_TIMEOUT", 15*time.Second, time.Millisecond),
		},
	}
	r.distinct("METRICS_ADDR", cfg.MetricsAddr, "API_ADDR", cfg.APIAddr)
	if err := r.err(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}
