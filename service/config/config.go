package config

import (
	"crypto/x509"
	"log/slog"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// Config is everything that the API's process can be told.
type Config struct {
	Environment string // local, staging or production
	LogLevel    slog.Level
	APIAddr     string // host:port of the API
	MetricsAddr string // host:port of the Prometheus metrics
	Database    Database
	Cache       Cache
	RateLimit   RateLimit
	Auth        Auth
	// EncryptionKeys (ENCRYPTION_KEYS) protect the keys that users store; empty: they cannot.
	EncryptionKeys Keys
	// AllowedOrigins (API_ALLOWED_ORIGINS) are the pages that browsers may call the API from.
	AllowedOrigins []string
	Embedding      Embedding
	Tracing        Tracing
	Features       service.Features
	Shutdown       Shutdown
}

// Database says how to reach PostgreSQL.
type Database struct {
	URL Secret
	// DirectURL (DATABASE_DIRECT_URL) is for the one connection that listens for changes, which a
	// pooler in transaction mode cannot carry. Default: URL.
	DirectURL   Secret
	PoolSize    int           // SUPABASE_POOL_SIZE
	MaxOverflow int           // SUPABASE_MAX_OVERFLOW: connections above PoolSize under load
	PoolTimeout time.Duration // longest wait for a free connection
}

// Cache says how to reach the Dragonfly (or Redis-compatible) cache.
type Cache struct {
	URL      Secret
	PoolSize int
	Timeout  time.Duration // longest wait for a connection, and for each command
	// CAs signed the server's certificate (DRAGONFLY_CA_FILE). nil: those that the system trusts.
	CAs *x509.CertPool
	TTL CacheTTL
}

// CacheTTL says how long each kind of entry stays in the cache: CACHE_TTL_SEARCH_RESULTS,
// CACHE_TTL_USER_PREFERENCES and CACHE_TTL_STATIC_DATA, in seconds.
type CacheTTL struct {
	SearchResults   time.Duration
	UserPreferences time.Duration
	StaticData      time.Duration
}

// RateLimit says what one client may ask of this process.
type RateLimit struct {
	PerMinute int // API_RATE_LIMIT: requests per minute, and at once
	// TrustedProxies (API_TRUSTED_PROXIES) counts the proxies in front of the API that each add the
	// address they see to X-Forwarded-For. 0: the client is whoever connects.
	TrustedProxies int
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
			CAs:      r.certificates("DRAGONFLY_CA_FILE"),
			TTL: CacheTTL{
				SearchResults:   r.wholeSeconds("CACHE_TTL_SEARCH_RESULTS", 5*time.Minute),
				UserPreferences: r.wholeSeconds("CACHE_TTL_USER_PREFERENCES", 24*time.Hour),
				StaticData:      r.wholeSeconds("CACHE_TTL_STATIC_DATA", 7*24*time.Hour),
			},
		},
		RateLimit: RateLimit{
			PerMinute:      r.between("API_RATE_LIMIT", 100, 1, maxPerMinute),
			TrustedProxies: r.between("API_TRUSTED_PROXIES", 0, 0, maxProxies),
		},
		Auth:           r.auth(),
		EncryptionKeys: r.encryptionKeys(),
		AllowedOrigins: r.origins(),
		Embedding:      r.embedding(),
		Tracing:        r.tracing(),
		Features: service.Features{
			NewSearch:         r.flag("FEATURE_NEW_SEARCH"),
			PricePrediction:   r.flag("FEATURE_PRICE_PREDICTION"),
			AlternativeRoutes: r.flag("FEATURE_ALTERNATIVE_ROUTES"),
		},
		Shutdown: Shutdown{
			Drain:   r.duration("SHUTDOWN_DRAIN", 5*time.Second, 0),
			Timeout: r.duration("SHUTDOWN_TIMEOUT", 15*time.Second, time.Millisecond),
		},
	}
	cfg.Database.DirectURL = r.directURL(cfg.Database.URL)
	r.encrypted("DRAGONFLY_CA_FILE", cfg.Cache.CAs, "DRAGONFLY_URL", cfg.Cache.URL)
	r.distinct("METRICS_ADDR", cfg.MetricsAddr, "API_ADDR", cfg.APIAddr)
	if err := r.err(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}
