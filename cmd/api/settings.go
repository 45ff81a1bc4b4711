package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
)

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
		slog.Group("tokens",
			slog.Bool("secret", cfg.Auth.JWTSecret.Reveal() != ""), slog.String("key_set", cfg.Auth.JWKSURL),
			slog.String("audience", cfg.Auth.Audience), slog.String("issuer", cfg.Auth.Issuer)),
		slog.Int("encryption_keys", len(cfg.EncryptionKeys.Reveal())),
		slog.Any("allowed_origins", cfg.AllowedOrigins),
		slog.Group("embedder", slog.String("url", cfg.Embedding.URL), slog.String("model", cfg.Embedding.Model)),
		slog.Group("traces", slog.String("endpoint", cfg.Tracing.Endpoint), slog.Float64("ratio", cfg.Tracing.Ratio)),
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
