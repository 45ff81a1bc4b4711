package config

import "log/slog"

// Migration is what the program's subcommand "migrate" can be told.
type Migration struct {
	Environment string // local, staging or production, for the logs
	LogLevel    slog.Level
	// URL (MIGRATION_DATABASE_URL) is of the database, as the role that owns the schema.
	URL Secret
}

// LoadMigration reads and validates the configuration of migrations, like Load.
func LoadMigration(getenv func(string) string) (Migration, error) {
	r := &reader{getenv: getenv}
	cfg := Migration{
		Environment: r.choice("ENVIRONMENT", "local", "local", "staging", "production"),
		LogLevel:    r.logLevel("LOG_LEVEL", "info"),
		URL:         r.secretURL("MIGRATION_DATABASE_URL", databaseURLForm, databaseURLProblem),
	}
	if err := r.err(); err != nil {
		return Migration{}, err
	}
	return cfg, nil
}
