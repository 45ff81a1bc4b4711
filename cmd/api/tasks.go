package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/postgres"
	"github.com/tripsage/infrastructure/service/ws"
)

const (
	// schemaRetry is how often the schema is asked for until the database answers.
	schemaRetry = 500 * time.Millisecond
	// sweepInterval is how often what has lived long enough is deleted. Each process does so; the
	// second one finds nothing.
	sweepInterval = time.Hour
)

// requireSchema ends the process when its database has a schema that this program does not know:
// whatever it answered could be wrong. A database that is not there yet is waited for.
func requireSchema(database *postgres.Database) task {
	return func(ctx context.Context) error {
		for {
			err := database.CheckSchema(ctx)
			if err == nil || service.CodeOf(err) == service.CodeSchemaUnknown {
				return err
			}
			if !sleep(ctx, schemaRetry) {
				return nil
			}
		}
	}
}

// sweep deletes what is kept for a limited time.
func sweep(database *postgres.Database, log *slog.Logger) task {
	return func(ctx context.Context) error {
		// Processes that start together do not sweep together.
		for sleep(ctx, sweepInterval/2+rand.N(sweepInterval)) { // #nosec G404 -- no secret
			deleted, err := database.Sweep(ctx)
			switch {
			case ctx.Err() != nil:
			case err != nil:
				log.Warn("old rows were not deleted; the next try is in an hour", slog.String("error", err.Error()))
			default:
				log.Info("old rows deleted", slog.Int64("rows", deleted))
			}
		}
		return nil
	}
}

// listen hands the database's changes to the websockets.
func listen(url string, hub *ws.Hub, observer service.Observer, log *slog.Logger) task {
	return func(ctx context.Context) error {
		return postgres.Listen(ctx, url, postgres.ListenOptions{
			OnChange: hub.Publish, OnGap: hub.Resync, Observer: observer, Log: log,
		})
	}
}

// sleep waits for d and says whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
