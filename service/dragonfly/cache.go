package dragonfly

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tripsage/infrastructure/service"
)

// requestBudget bounds each command that a request waits for. Without the cache the same request
// takes a few milliseconds in the database, so waiting for longer is never worth it.
const requestBudget = 100 * time.Millisecond

// maxConnectionAge bounds for how long a process goes on talking to a server that the cache's name
// does not lead to any more.
const maxConnectionAge = 5 * time.Minute

// Options says how to reach the cache.
type Options struct {
	URL      string // redis://… or rediss://…, with go-redis's parameters; secret
	PoolSize int
	Timeout  time.Duration // longest wait for a connection, and for each command
	// CAs are who may sign the server's certificate; nil means those that the system trusts. They
	// need a rediss:// URL.
	CAs *x509.CertPool
	// Observer sees each command that is sent for a request. nil: nobody does.
	Observer service.Observer
}

// Cache is a pool of connections to the cache. It is safe for concurrent use, and so is all that
// is made of it.
type Cache struct {
	client   *redis.Client
	observer service.Observer
	budget   time.Duration // of one command that a request waits for
	breaker  breaker
	healer   *healer
	life     *life
}

// Open returns at once, whether or not the cache is there: connections are made when needed.
// It fails only for options that can never work.
func Open(options Options) (*Cache, error) {
	// Parsed first because the error of net/url quotes from the URL, password included.
	if _, err := url.Parse(options.URL); err != nil {
		return nil, errors.New("the cache URL is not a valid URL; special characters in the password must be percent-encoded")
	}
	config, err := redis.ParseURL(options.URL)
	if err != nil {
		return nil, fmt.Errorf("the cache URL is not accepted: %w", err)
	}
	if options.CAs != nil {
		if err := trustOnly(config, options.CAs); err != nil {
			return nil, err
		}
	}
	config.ClientName = "tripsage-api"
	config.PoolSize = options.PoolSize
	config.DialTimeout = options.Timeout
	config.ReadTimeout = options.Timeout
	config.WriteTimeout = options.Timeout
	config.PoolTimeout = options.Timeout
	config.ContextTimeoutEnabled = true // a request's deadline also ends its commands
	config.MaxRetries = 1               // once, for a connection that the server closed; more only delays the fallback
	if config.ConnMaxLifetime == 0 {
		config.ConnMaxLifetime = maxConnectionAge
	}
	cache := &Cache{observer: options.Observer, budget: min(requestBudget, options.Timeout), life: newLife()}
	if cache.observer == nil {
		cache.observer = service.Unobserved{}
	}
	config.OnConnect = cache.life.learn
	cache.client = redis.NewClient(config)
	cache.healer = newHealer(cache.client, &cache.breaker, options.Timeout)
	return cache, nil
}

// trustOnly makes the client verify the server with these CAs and no others.
func trustOnly(config *redis.Options, pool *x509.CertPool) error {
	switch {
	case config.TLSConfig == nil:
		return errors.New("the cache URL is without TLS, so the server cannot be verified with the given CA; use rediss:// or give no CA")
	case config.TLSConfig.InsecureSkipVerify:
		return errors.New("the cache URL turns verification off, which makes the given CA useless; take skip_verify out of it")
	}
	config.TLSConfig.RootCAs = pool
	return nil
}

// PoolStats returns the state of the pool.
func (c *Cache) PoolStats() service.PoolStats {
	stat := c.client.PoolStats()
	return service.PoolStats{
		Max:      c.client.Options().PoolSize,
		InUse:    int(stat.TotalConns) - int(stat.IdleConns),
		Idle:     int(stat.IdleConns),
		Waits:    int64(stat.WaitCount),
		WaitTime: time.Duration(stat.WaitDurationNs),
		Timeouts: int64(stat.Timeouts),
	}
}

// Close makes a last attempt at what still has to be forgotten, for a second at most, and ends all
// connections. Its error says what could not be forgotten.
func (c *Cache) Close() error { return errors.Join(c.healer.close(), c.client.Close()) }

// RouteLogs sends what go-redis itself logs to logger, at debug level: the health report says
// the same once, go-redis says it for every attempt. It is a setting of the whole process.
func RouteLogs(logger *slog.Logger) { redis.SetLogger(logAdapter{logger}) }

type logAdapter struct{ logger *slog.Logger }

// Printf is go-redis's logging interface.
func (a logAdapter) Printf(ctx context.Context, format string, values ...any) {
	a.logger.DebugContext(ctx, "cache client", slog.String("detail", fmt.Sprintf(format, values...)))
}
