package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tripsage/infrastructure/service"
)

const (
	connectTimeout  = 5 * time.Second
	warmConnections = 2
	execModeKey     = "default_query_exec_mode"
)

// Options says how to reach the database. Package documentation explains the sizes.
type Options struct {
	URL            string // postgres://…, with pgx's parameters; secret
	PoolSize       int
	MaxOverflow    int
	AcquireTimeout time.Duration
	Observer       service.Observer // nil watches nothing
}

// Database is a pool of connections for requests, and one connection for health checks.
type Database struct {
	pool           *pgxpool.Pool
	probe          *pgxpool.Pool
	acquireTimeout time.Duration
	observer       service.Observer
	named          bool // statements are prepared once for each connection, and named
	renewal        sync.Mutex
	renewed        time.Time // when all connections of the pool were given up; guarded by renewal
}

var _ interface {
	service.Checker
	service.Trips
	service.Itineraries
	service.Chats
	service.Destinations
	service.Memories
	service.Profiles
	service.APIKeys
} = (*Database)(nil)

// Open starts connecting in the background and returns at once, whether or not the database is
// there. It fails only for options that can never work. ctx bounds nothing but the background
// connecting at start; Close ends the pools.
func Open(ctx context.Context, options Options) (*Database, error) {
	config, err := poolConfig(options)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("database pool: %w", err)
	}
	probe, err := pgxpool.NewWithConfig(ctx, probeConfig(config))
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("database health connection: %w", err)
	}
	database := &Database{
		pool: pool, probe: probe, acquireTimeout: options.AcquireTimeout, observer: options.Observer,
		named: config.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement,
	}
	if database.observer == nil {
		database.observer = service.Unobserved{}
	}
	return database, nil
}

func poolConfig(options Options) (*pgxpool.Config, error) {
	// Parsed first because pgx quotes an unparsable URL, and cannot always hide its password.
	u, err := url.Parse(options.URL)
	if err != nil {
		return nil, errors.New("the database URL is not a valid URL; special characters in the password must be percent-encoded")
	}
	config, err := pgxpool.ParseConfig(options.URL)
	if err != nil {
		return nil, fmt.Errorf("the database URL is not accepted: %w; see its query parameters", withoutURL(err))
	}
	config.MaxConns = int32(options.PoolSize + options.MaxOverflow) // #nosec G115 -- validated as at most 2000
	config.MinIdleConns = min(warmConnections, config.MaxConns)
	config.MaxConnIdleTime = 5 * time.Minute
	config.MaxConnLifetime = 30 * time.Minute // lets a failover or a new address take effect
	config.MaxConnLifetimeJitter = 5 * time.Minute
	config.HealthCheckPeriod = 15 * time.Second
	if !u.Query().Has(execModeKey) {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	if !u.Query().Has("connect_timeout") {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	defaults := map[string]string{"application_name": "tripsage-api"}
	if config.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		// Statements are prepared outside of any request, whose prologue would set it. A direct
		// connection takes the parameter; poolers refuse it.
		defaults["search_path"] = searchPath
	}
	for name, value := range defaults {
		if config.ConnConfig.RuntimeParams[name] == "" {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.AfterConnect = afterConnect
	return config, nil
}

const openedKey = "opened" // of a connection's custom data

// afterConnect makes times of the database UTC, as they are shown, instead of the machine's zone.
func afterConnect(_ context.Context, conn *pgx.Conn) error {
	conn.PgConn().CustomData()[openedKey] = time.Now()
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// probeConfig gives a lost health connection up soon, or the next checks would wait behind it.
func probeConfig(config *pgxpool.Config) *pgxpool.Config {
	probe := config.Copy()
	probe.MaxConns, probe.MinIdleConns = 1, 0
	probe.ConnConfig.ConnectTimeout = min(probe.ConnConfig.ConnectTimeout, CheckTimeout)
	return probe
}

// withoutURL keeps pgx's reason and drops the URL that it quotes.
func withoutURL(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return errors.New("a value cannot be parsed")
}

// Acquire takes a connection from the pool and waits at most the acquire timeout for it. The
// caller must Release it. When all connections stay in use the error has
// service.CodePoolExhausted.
func (d *Database) Acquire(ctx context.Context) (*pgxpool.Conn, error) {
	waiting := ctx
	if end, ok := ctx.Deadline(); !ok || time.Until(end) > d.acquireTimeout {
		var cancel context.CancelFunc
		waiting, cancel = context.WithTimeout(ctx, d.acquireTimeout)
		defer cancel()
	}
	conn, err := d.pool.Acquire(waiting)
	if err == nil {
		return conn, nil
	}
	// Also when the request's own time was over first: the default of the timeout is longer than that.
	left := errors.Is(ctx.Err(), context.Canceled)
	if stat := d.pool.Stat(); waiting.Err() != nil && !left && stat.AcquiredConns() >= stat.MaxConns() {
		return nil, &service.Error{Code: service.CodePoolExhausted, Err: err}
	}
	return nil, coded(err)
}

// AllowsPlaintext says whether the URL lets a connection go without TLS, in which case passwords
// are still protected but data is not.
func (d *Database) AllowsPlaintext() bool {
	config := d.pool.Config().ConnConfig
	if config.TLSConfig == nil {
		return true
	}
	for _, fallback := range config.Fallbacks {
		if fallback.TLSConfig == nil {
			return true
		}
	}
	return false
}

// PoolStats returns the state of the request pool.
func (d *Database) PoolStats() service.PoolStats {
	stat := d.pool.Stat()
	return service.PoolStats{
		Max:      int(stat.MaxConns()),
		InUse:    int(stat.AcquiredConns()),
		Idle:     int(stat.IdleConns()),
		Waits:    stat.EmptyAcquireCount(),
		WaitTime: stat.EmptyAcquireWaitTime(),
		Timeouts: stat.CanceledAcquireCount(),
	}
}

// Close waits until every connection is released, then closes them.
func (d *Database) Close() {
	var group sync.WaitGroup
	group.Go(d.pool.Close)
	group.Go(d.probe.Close)
	group.Wait()
}
