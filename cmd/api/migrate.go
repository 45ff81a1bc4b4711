package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/config"
	"github.com/tripsage/infrastructure/service/logging"
	"github.com/tripsage/infrastructure/service/postgres/migrations"
)

const migrateUsage = `usage: api migrate COMMAND
  up              apply the migrations that the database lacks
  down [-steps N] roll the last N migrations back (1), and delete what they hold
  status          list the migrations; fails when the database is not up to date
MIGRATION_DATABASE_URL, or the file that MIGRATION_DATABASE_URL_FILE names, says which database`

// migrationWait is for a database that starts together with the migration, and for another run.
const migrationWait = 2 * time.Minute

// errNotMigrated is what status ends with when there is something to do.
var errNotMigrated = errors.New("the database is not at the schema of this program: see the log above")

// migrate is the subcommand of that name. args are what comes after it.
func migrate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	command, steps, err := migrateArgs(args)
	if err != nil {
		return err
	}
	cfg, err := config.LoadMigration(getenv)
	if err != nil {
		return err
	}
	log := logging.New(stdout, cfg.LogLevel, cfg.Environment, buildInfo(getenv).Version)
	set, err := migrations.Embedded()
	if err != nil {
		return err
	}
	migrator, err := migrations.New(set, migrations.Options{URL: cfg.URL.Reveal(), Wait: migrationWait, Log: log})
	if err != nil {
		return fmt.Errorf("MIGRATION_DATABASE_URL: %w", err)
	}
	audit := logging.NewAuditor(stdout, cfg.Environment, buildInfo(getenv).Version)
	switch command {
	case "up":
		applied, err := migrator.Up(ctx)
		audit.Audit(ctx, schemaChange(service.AuditSchemaUp, err))
		if err != nil {
			return err
		}
		log.Info("the schema is up to date", slog.Int("applied", applied))
	case "down":
		undone, err := migrator.Down(ctx, steps)
		audit.Audit(ctx, schemaChange(service.AuditSchemaDown, err))
		if err != nil {
			return err
		}
		log.Info("migrations are rolled back", slog.Int("rolled_back", undone))
	default:
		return migrationStatus(ctx, migrator, log)
	}
	return nil
}

// schemaChange is for the audit log. Steps before the one that failed remain, and are in the log above.
func schemaChange(action service.AuditAction, err error) service.AuditEvent {
	event := service.AuditEvent{Action: action, Actor: service.ActorOperator, Object: "schema"}
	if err != nil {
		event.Code = service.CodeOf(err)
	}
	return event
}

func migrateArgs(args []string) (command string, steps int, err error) {
	if len(args) == 0 {
		return "", 0, errors.New(migrateUsage)
	}
	flags := flag.NewFlagSet("api migrate "+args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error below says it
	if args[0] == "down" {
		flags.IntVar(&steps, "steps", 1, "")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return "", 0, fmt.Errorf("%w\n%s", err, migrateUsage)
	}
	switch known := args[0] == "up" || args[0] == "down" || args[0] == "status"; {
	case !known:
		return "", 0, fmt.Errorf("%q is not a command\n%s", args[0], migrateUsage)
	case flags.NArg() > 0:
		return "", 0, fmt.Errorf("%q is one word too many\n%s", flags.Arg(0), migrateUsage)
	}
	return args[0], steps, nil
}

func migrationStatus(ctx context.Context, migrator *migrations.Migrator, log *slog.Logger) error {
	states, err := migrator.Status(ctx)
	if err != nil {
		return err
	}
	var behind bool
	for _, state := range states {
		attrs := []any{slog.String("migration", state.Version), slog.String("name", state.Name), slog.String("state", state.Word)}
		if !state.AppliedAt.IsZero() {
			attrs = append(attrs, slog.Time("applied_at", state.AppliedAt.UTC()))
		}
		log.Info("migration", attrs...)
		behind = behind || state.Word != migrations.StateApplied
	}
	if behind {
		return errNotMigrated
	}
	return nil
}
