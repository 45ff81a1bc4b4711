package postgres

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func open(t *testing.T, options Options) *Database {
	t.Helper()
	if options.PoolSize == 0 {
		options.PoolSize, options.AcquireTimeout = 2, time.Second
	}
	database, err := Open(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(database.Close)
	return database
}

func check(t *testing.T, database *Database) (service.Observation, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), CheckTimeout)
	defer cancel()
	return database.Check(ctx)
}

// TestServer runs everything that needs a working server against one.
func TestServer(t *testing.T) {
	server := servicetest.StartPostgres(t)

	t.Run("what a check sees", func(t *testing.T) {
		owner, api := servicetest.MigratedDatabase(t, server)
		seen, err := check(t, open(t, Options{URL: api}))
		require.NoError(t, err)
		assert.Equal(t, "PostgreSQL", seen.Server)
		assert.Regexp(t, `^1[0-9](\.[0-9]+)?$`, seen.Version, "without the distribution's suffix")
		assert.Empty(t, seen.Warning)
		assert.Regexp(t, `^0\.[89]`, seen.Extensions["vector"])
		for _, name := range []string{"pg_trgm", "pg_stat_statements", "pgcrypto", "uuid-ossp", "btree_gist"} {
			assert.NotEmpty(t, seen.Extensions[name], name)
		}
		assert.NotContains(t, seen.Extensions, "plpgsql")

		conn, err := pgx.Connect(t.Context(), owner)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "drop extension pg_trgm cascade")
		require.NoError(t, err)
		require.NoError(t, conn.Close(t.Context()))
		seen, err = check(t, open(t, Options{URL: api}))
		require.NoError(t, err)
		assert.Equal(t, service.CodeExtensionMissing, seen.Warning)
	})

	t.Run("a database that takes no changes", func(t *testing.T) {
		owner, api := servicetest.MigratedDatabase(t, server)
		u, err := url.Parse(owner)
		require.NoError(t, err)
		by := someone()
		want, err := open(t, Options{URL: api}).Profile(t.Context(), by)
		require.NoError(t, err)
		server.Exec(t, "postgres", "alter database "+strings.TrimPrefix(u.Path, "/")+" set default_transaction_read_only = on")
		database := open(t, Options{URL: api})
		seen, err := check(t, database)
		require.NoError(t, err)
		assert.Equal(t, service.CodeReadOnly, seen.Warning)
		_, err = database.CreateTrip(t.Context(), by, service.Once{}, toParis())
		codeIs(t, service.CodeReadOnly, err)
		profile, err := database.Profile(t.Context(), by)
		require.NoError(t, err)
		assert.Equal(t, want, profile)
	})

	t.Run("a database without the schema", func(t *testing.T) {
		seen, err := check(t, open(t, Options{URL: server.URL("postgres")}))
		codeIs(t, service.CodeSchemaUnknown, err)
		assert.NotEmpty(t, seen.Version, "what was seen is told all the same")
	})

	t.Run("faults have stable codes", func(t *testing.T) { testFaultCodes(t, server) })
	t.Run("a full pool", func(t *testing.T) { testFullPool(t, server) })
	t.Run("a server restart is survived", func(t *testing.T) { testRestart(t, server) })
}

func testFaultCodes(t *testing.T, server *servicetest.Postgres) {
	wrongPassword := "postgres://tripsage:wr0ng-secret@" + server.Addr + "/postgres?sslmode=disable"
	for name, tc := range map[string]struct {
		url  string
		code service.Code
	}{
		"wrong password":   {wrongPassword, service.CodeAuthenticationFailed},
		"missing database": {server.URL("nowhere"), service.CodeDatabaseMissing},
		"nobody listens":   {"postgres://u:p@" + servicetest.FreeAddr(t) + "/d", service.CodeConnectionRefused},
		"no such host":     {"postgres://u:p@database.invalid/d", service.CodeNameNotResolved},
		"TLS not spoken":   {"postgres://tripsage:p@" + server.Addr + "/postgres?sslmode=require", service.CodeTLSFailed},
		"silence":          {"postgres://u:p@" + servicetest.DeafAddr(t) + "/d?sslmode=disable", service.CodeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := check(t, open(t, Options{URL: tc.url}))
			require.Error(t, err)
			assert.Equal(t, tc.code, service.CodeOf(err), "%v", err)
			assert.NotContains(t, err.Error(), "wr0ng-secret")
		})
	}
}

func testFullPool(t *testing.T, server *servicetest.Postgres) {
	_, api := servicetest.MigratedDatabase(t, server)
	database := open(t, Options{URL: api, PoolSize: 1, MaxOverflow: 1, AcquireTimeout: 50 * time.Millisecond})
	for range 2 {
		conn, err := database.Acquire(t.Context())
		require.NoError(t, err)
		t.Cleanup(conn.Release)
	}
	start := time.Now()
	_, err := database.Acquire(t.Context())
	require.Error(t, err)
	assert.Equal(t, service.CodePoolExhausted, service.CodeOf(err))
	assert.Less(t, time.Since(start), time.Second)

	hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = database.Acquire(hurried)
	codeIs(t, service.CodePoolExhausted, err) // it is why the request's time did not suffice

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = database.Acquire(canceled)
	assert.NotEqual(t, service.CodePoolExhausted, service.CodeOf(err), "the caller gave up, not the pool")
	assert.ErrorIs(t, err, context.Canceled)

	stats := database.PoolStats()
	assert.Equal(t, 2, stats.Max, "pool size and overflow add up")
	assert.Equal(t, 2, stats.InUse)
	assert.Equal(t, 0, stats.Idle)
	assert.GreaterOrEqual(t, stats.Timeouts, int64(1))
	assert.GreaterOrEqual(t, stats.WaitTime, time.Duration(0))

	_, err = check(t, database)
	assert.NoError(t, err, "the health check has a connection of its own")
}

func testRestart(t *testing.T, server *servicetest.Postgres) {
	_, api := servicetest.MigratedDatabase(t, server)
	database := open(t, Options{URL: api})
	_, err := check(t, database)
	require.NoError(t, err)

	server.Stop(t)
	_, err = check(t, database)
	require.Error(t, err)
	assert.Contains(t, []service.Code{service.CodeConnectionRefused, service.CodeConnectionLost}, service.CodeOf(err))

	server.Start(t)
	_, err = check(t, database)
	require.NoError(t, err)
	conn, err := database.Acquire(t.Context())
	require.NoError(t, err)
	conn.Release()
}

func TestOpenDoesNotWaitForTheDatabase(t *testing.T) {
	start := time.Now()
	open(t, Options{URL: "postgres://u:p@" + servicetest.DeafAddr(t) + "/d?sslmode=disable"})
	assert.Less(t, time.Since(start), 100*time.Millisecond)
}

func TestOpenNeverShowsThePassword(t *testing.T) {
	for name, raw := range map[string]string{
		"unparsable":         "postgres://u:s3cr/et-part@host:5432/db",
		"bad parameter":      "postgres://u:s3cr-et-part@host:5432/db?connect_timeout=soon",
		"bad sslmode":        "postgres://u:s3cr-et-part@host:5432/db?sslmode=maybe",
		"missing ca file":    "postgres://u:s3cr-et-part@host:5432/db?sslmode=verify-full&sslrootcert=/nowhere.pem",
		"bad execution mode": "postgres://u:s3cr-et-part@host:5432/db?default_query_exec_mode=telepathy",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{URL: raw, PoolSize: 1})
			require.Error(t, err)
			assert.Contains(t, err.Error(), "the database URL")
			assert.NotContains(t, err.Error(), "s3cr")
			assert.NotContains(t, err.Error(), "et-part")
		})
	}
}

func TestPoolConfig(t *testing.T) {
	config, err := poolConfig(Options{URL: "postgres://u:p@h/d", PoolSize: 20, MaxOverflow: 30})
	require.NoError(t, err)
	assert.EqualValues(t, 50, config.MaxConns)
	assert.Equal(t, pgx.QueryExecModeCacheDescribe, config.ConnConfig.DefaultQueryExecMode, "works behind a transaction pooler")
	assert.Equal(t, connectTimeout, config.ConnConfig.ConnectTimeout)
	assert.Equal(t, "tripsage-api", config.ConnConfig.RuntimeParams["application_name"])

	config, err = poolConfig(Options{
		URL: "postgres://u:p@h/d?default_query_exec_mode=cache_statement&connect_timeout=9&application_name=me", PoolSize: 1,
	})
	require.NoError(t, err)
	assert.EqualValues(t, 1, config.MinIdleConns, "never above the maximum")
	assert.Equal(t, pgx.QueryExecModeCacheStatement, config.ConnConfig.DefaultQueryExecMode)
	assert.Equal(t, 9*time.Second, config.ConnConfig.ConnectTimeout)
	assert.Equal(t, "me", config.ConnConfig.RuntimeParams["application_name"])

	probe := probeConfig(config)
	assert.EqualValues(t, 1, probe.MaxConns)
	assert.Equal(t, CheckTimeout, probe.ConnConfig.ConnectTimeout)
	assert.Equal(t, 9*time.Second, config.ConnConfig.ConnectTimeout, "the pool's own config is untouched")
}

func TestAllowsPlaintext(t *testing.T) {
	for mode, want := range map[string]bool{"": true, "disable": true, "allow": true, "prefer": true, "require": false, "verify-full": false} {
		t.Run("sslmode="+mode, func(t *testing.T) {
			address := url.URL{Scheme: "postgres", User: url.UserPassword("u", "p"), Host: servicetest.FreeAddr(t), Path: "/d"}
			if mode != "" {
				address.RawQuery = "sslmode=" + mode
			}
			assert.Equal(t, want, open(t, Options{URL: address.String()}).AllowsPlaintext())
		})
	}
}
