package main

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
	httpapi "github.com/tripsage/infrastructure/service/http"
	"github.com/tripsage/infrastructure/service/logging"
	apimetrics "github.com/tripsage/infrastructure/service/metrics"
)

const (
	// healthMaxAge bounds both the staleness of an answer and the rate of checks.
	healthMaxAge = time.Second
	// watchInterval is how often the dependencies are checked when nobody asks.
	watchInterval = 10 * time.Second
)

// run serves until ctx ends or a listener fails, and returns after an orderly shutdown.
func run(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	started := time.Now()
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	recorded, _ := debug.ReadBuildInfo()
	build := service.NewBuildInfo(version, commit, recorded)
	log := logging.New(stdout, cfg.LogLevel, cfg.Environment, build.Version)
	log.Info("starting", slog.String("commit", build.Commit), slog.String("go_version", build.GoVersion))

	logSettings(log, cfg)
	stores, err := openStores(ctx, cfg, log)
	if err != nil {
		return err
	}
	monitor := service.NewMonitor(stores.dependencies(), healthMaxAge, logChange(log))
	registry := apimetrics.New(build)
	registry.AddPool("database", stores.database.PoolStats)
	registry.AddPool("cache", stores.cache.PoolStats)
	registry.AddDependencies(monitor.Last)
	limits := httpapi.DefaultLimits()
	api := httpapi.New(httpapi.Options{
		Health: monitor, Recorder: apimetrics.NewHTTP(registry), Log: log, Build: build,
		Environment: cfg.Environment, Started: started, Limits: limits,
		Features:  cfg.Features,
		RateLimit: httpapi.RateLimit{PerMinute: cfg.RateLimit.PerMinute, TrustedProxies: cfg.RateLimit.TrustedProxies},
	})
	errorLog := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	p := &process{
		log:      log,
		drain:    api.Drain,
		server:   limits.NewServer(api, errorLog),
		metrics:  limits.NewServer(registry.Handler(errorLog), errorLog),
		watch:    func(ctx context.Context) { monitor.Watch(ctx, watchInterval) },
		close:    stores.close,
		shutdown: cfg.Shutdown,
	}
	return p.run(ctx, cfg.APIAddr, cfg.MetricsAddr)
}

// logSettings says what this process was told, where a wrong value would only show later.
func logSettings(log *slog.Logger, cfg config.Config) {
	seconds := func(key string, d time.Duration) slog.Attr { return slog.Int64(key, int64(d/time.Second)) }
	named := cfg.Features.Named()
	features := make([]any, 0, len(named))
	for _, name := range slices.Sorted(maps.Keys(named)) {
		features = append(features, slog.Bool(name, named[name]))
	}
	log.Info("settings",
		slog.Int("rate_limit_per_minute", cfg.RateLimit.PerMinute),
		slog.Int("trusted_proxies", cfg.RateLimit.TrustedProxies),
		slog.Bool("cache_ca", cfg.Cache.CAs != nil),
		slog.Group("cache_ttl_seconds",
			seconds("search_results", cfg.Cache.TTL.SearchResults),
			seconds("user_preferences", cfg.Cache.TTL.UserPreferences),
			seconds("static_data", cfg.Cache.TTL.StaticData)),
		slog.Group("features", features...))
}

// logChange logs each dependency's change once, with the cause that clients never see.
func logChange(log *slog.Logger) func(service.Change) {
	return func(change service.Change) {
		dep := change.To
		attrs := []slog.Attr{
			slog.String("dependency", dep.Name), slog.String("from", string(change.From)),
			slog.String("to", string(dep.Status)),
			slog.Float64("duration_ms", float64(dep.Latency.Microseconds())/1000),
		}
		level := slog.LevelInfo
		if dep.Status != service.StatusUp {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("code", string(dep.Code)))
		}
		if dep.Err != nil {
			attrs = append(attrs, slog.String("error", dep.Err.Error()))
		}
		log.LogAttrs(context.Background(), level, "dependency changed", attrs...)
	}
}
