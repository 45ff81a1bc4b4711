package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
	"github.com/tripsage/infrastructure/service/dragonfly"
	"github.com/tripsage/infrastructure/service/postgres"
)

// stores are the connections to what the API depends on.
type stores struct {
	database *postgres.Database
	cache    *dragonfly.Cache
	answers  *dragonfly.ReadThrough // kept answers
	limiter  *dragonfly.Limiter     // of users, over all processes
	log      *slog.Logger
}

// rememberAbsence is for how long the cache knows that something is not there.
const rememberAbsence = 30 * time.Second

// openStores fails only for URLs that can never work, naming both if both are wrong.
func openStores(ctx context.Context, cfg config.Config, log *slog.Logger, observer service.Observer) (*stores, error) {
	dragonfly.RouteLogs(log)
	database, databaseErr := postgres.Open(ctx, postgres.Options{
		URL:      cfg.Database.URL.Reveal(),
		PoolSize: cfg.Database.PoolSize, MaxOverflow: cfg.Database.MaxOverflow,
		AcquireTimeout: cfg.Database.PoolTimeout, Observer: observer,
	})
	cache, cacheErr := dragonfly.Open(dragonfly.Options{
		URL: cfg.Cache.URL.Reveal(), PoolSize: cfg.Cache.PoolSize, Timeout: cfg.Cache.Timeout,
		CAs: cfg.Cache.CAs, Observer: observer,
	})
	s := &stores{database: database, cache: cache, log: log}
	if err := errors.Join(about("DATABASE_URL", databaseErr), about("DRAGONFLY_URL", cacheErr)); err != nil {
		s.close()
		return nil, err
	}
	s.limiter = dragonfly.NewLimiter(cache, cfg.RateLimit.PerMinute)
	s.answers = dragonfly.NewReadThrough(cache, dragonfly.ReadThroughOptions{
		Absent: rememberAbsence,
		TTL: map[service.CacheKind]time.Duration{
			service.CacheSearch:      cfg.Cache.TTL.SearchResults,
			service.CachePreferences: cfg.Cache.TTL.UserPreferences,
			service.CacheStatic:      cfg.Cache.TTL.StaticData,
		},
	})
	if cfg.Environment != "local" && database.AllowsPlaintext() {
		log.Warn("the database connection may go without TLS; add sslmode=verify-full to the database URL")
	}
	return s, nil
}

func about(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", key, err)
}

// dependencies says what is checked. The cache is optional: without it the API is slower, not down.
func (s *stores) dependencies() []service.Dependency {
	return []service.Dependency{
		{Name: "database", Required: true, Timeout: postgres.CheckTimeout, Checker: s.database},
		{Name: "cache", Required: false, Timeout: dragonfly.CheckTimeout, Checker: s.cache},
	}
}

// close waits for connections in use; process bounds the wait.
func (s *stores) close() {
	if s.cache != nil {
		if err := s.cache.Close(); err != nil {
			s.log.Warn("the cache was not closed well", slog.String("error", err.Error()))
		}
	}
	if s.database != nil {
		s.database.Close()
	}
}
