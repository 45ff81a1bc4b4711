package main

import (
	"errors"
	"log/slog"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
	"github.com/tripsage/infrastructure/service/embedding"
	"github.com/tripsage/infrastructure/service/sealing"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

// parts are what the API is made of beside its stores.
type parts struct {
	verifier *apitoken.Verifier
	embedder service.Embedder
	sealer   service.Sealer // nil without keys: users cannot store keys of their own
}

// openParts makes no connection. It names every setting that can never work.
func openParts(cfg config.Config, log *slog.Logger, observer service.Observer) (parts, error) {
	var p parts
	verifier, tokenErr := apitoken.New(apitoken.Options{
		Secret: []byte(cfg.Auth.JWTSecret.Reveal()), KeysURL: cfg.Auth.JWKSURL,
		Audience: cfg.Auth.Audience, Issuer: cfg.Auth.Issuer, Observer: observer, Log: log,
	})
	p.verifier, p.embedder = verifier, embedding.Local{}
	var embedderErr, sealerErr error
	if cfg.Embedding.URL != "" {
		p.embedder, embedderErr = embedding.NewHTTP(embedding.HTTPOptions{
			URL: cfg.Embedding.URL, Key: cfg.Embedding.APIKey.Reveal(), Model: cfg.Embedding.Model,
			Timeout: cfg.Embedding.Timeout, Observer: observer,
		})
	}
	if keys := cfg.EncryptionKeys.Reveal(); len(keys) > 0 {
		p.sealer, sealerErr = sealing.New(keys)
	}
	return p, errors.Join(about("JWT_SECRET, JWKS_URL", tokenErr), about("EMBEDDING_URL", embedderErr), about("ENCRYPTION_KEYS", sealerErr))
}
