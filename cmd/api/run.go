package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
	httpapi "github.com/tripsage/infrastructure/service/http"
	"github.com/tripsage/infrastructure/service/logging"
	apimetrics "github.com/tripsage/infrastructure/service/metrics"
	"github.com/tripsage/infrastructure/service/tracing"
	"github.com/tripsage/infrastructure/service/ws"
)

const (
	// healthMaxAge bounds both the staleness of an answer and the rate of checks.
	healthMaxAge = time.Second
	// watchInterval is how often the dependencies are checked when nobody asks.
	watchInterval = 10 * time.Second
	// ballast counts as memory in use for the garbage collector, which runs when as much again was
	// allocated. The few megabytes that this process really keeps would make it run a hundred times in
	// a second, for a tenth of all CPU time. Nobody touches the ballast, so it takes no memory.
	ballast = 16 << 20
)

// run serves until ctx ends or something that it cannot go on without fails, and returns after an
// orderly shutdown.
func run(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	started := time.Now()
	defer runtime.KeepAlive(make([]byte, ballast))
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	build := buildInfo(getenv)
	lines := logging.NewBuffer(stdout)
	defer lines.Flush()
	log := logging.New(lines, cfg.LogLevel, cfg.Environment, build.Version)
	log.Info("starting", slog.String("commit", build.Commit), slog.String("go_version", build.GoVersion))
	logSettings(log, cfg)

	traces, err := tracing.Start(ctx, tracing.Options{
		Endpoint: cfg.Tracing.Endpoint, Ratio: cfg.Tracing.Ratio,
		ServiceName: "tripsage-api", Version: build.Version, Environment: cfg.Environment,
		Untraced: []string{"/health", "/health/ready", "/ws"}, Log: log,
	})
	if err != nil {
		return about("OTEL_EXPORTER_OTLP_ENDPOINT", err)
	}
	registry := apimetrics.New(build)
	watch := observer{apimetrics.NewObserver(registry), traces}
	stores, err := openStores(ctx, cfg, log, watch)
	if err != nil {
		return err
	}
	parts, err := openParts(cfg, log, watch)
	if err != nil {
		stores.close()
		return err
	}
	monitor := service.NewMonitor(stores.dependencies(), healthMaxAge, logChange(log))
	registry.AddPool("database", stores.database.PoolStats)
	registry.AddPool("cache", stores.cache.PoolStats)
	registry.AddDependencies(monitor.Last)
	hub := ws.New(ws.Options{Origins: cfg.AllowedOrigins, Limits: ws.DefaultLimits(), Observer: watch, Log: log})

	limits := httpapi.DefaultLimits()
	api := httpapi.New(httpapi.Options{
		Health: monitor, Recorder: recorder{apimetrics.NewHTTP(registry), traces}, Log: log, Build: build,
		Audit:       logging.NewAuditor(lines, cfg.Environment, build.Version),
		Environment: cfg.Environment, Started: started, Limits: limits, Features: cfg.Features,
		RateLimit: httpapi.RateLimit{PerMinute: cfg.RateLimit.PerMinute, TrustedProxies: cfg.RateLimit.TrustedProxies},
		Auth:      parts.verifier, Limiter: stores.limiter, Observer: watch, Realtime: hub,
		AllowedOrigins: cfg.AllowedOrigins,
		Trips:          stores.database, Itineraries: stores.database, Chats: stores.database, Destinations: stores.database,
		Memories: stores.database, Profiles: stores.database, APIKeys: stores.database,
		Embedder: parts.embedder, Sealer: parts.sealer, Cache: stores.answers,
	})
	errorLog := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	p := &process{
		log:     log,
		drain:   api.Drain,
		server:  limits.NewServer(traces.Middleware(api), errorLog),
		metrics: limits.NewServer(registry.Handler(errorLog), errorLog),
		part:    hub.Drain,
		tasks: []task{
			func(ctx context.Context) error { monitor.Watch(ctx, watchInterval); return nil },
			requireSchema(stores.database),
			sweep(stores.database, log),
			listen(cfg.Database.DirectURL.Reveal(), hub, watch, log),
		},
		close:    stores.close,
		shutdown: cfg.Shutdown,
	}
	return errors.Join(p.run(ctx, cfg.APIAddr, cfg.MetricsAddr), flush(traces))
}

// flush sends the last traces.
func flush(traces *tracing.Tracing) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := traces.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil // a collector that does not answer has been logged
}
