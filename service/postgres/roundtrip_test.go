package postgres

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// countedConn counts round trips: a client that writes after it has read begins another one.
type countedConn struct {
	net.Conn
	trips *atomic.Int64
	wrote atomic.Bool
}

func (c *countedConn) Write(b []byte) (int, error) {
	if !c.wrote.Swap(true) {
		c.trips.Add(1)
	}
	return c.Conn.Write(b)
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.wrote.Store(false)
	}
	return n, err
}

// counted opens the stand's database over one connection, and counts.
func counted(t *testing.T, s stand) (*Database, *atomic.Int64) {
	t.Helper()
	trips := &atomic.Int64{}
	config, err := poolConfig(Options{URL: s.api, PoolSize: 1})
	require.NoError(t, err)
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		return &countedConn{Conn: conn, trips: trips}, err
	}
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false } // it pings after a second of rest
	config.MinIdleConns = 0
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return &Database{pool: pool, acquireTimeout: 5 * time.Second, observer: s.observer, named: s.named}, trips
}

func TestRoundTrips(t *testing.T) {
	server := servicetest.StartPostgres(t)
	for mode, tc := range map[string]struct {
		parameters string
		first      bool // a connection's first use of a statement takes one round trip too
	}{"pooler": {"", true}, "direct": {namedStatements, false}} {
		t.Run(mode, func(t *testing.T) {
			s := newStand(t, server, tc.parameters)
			by := someone()
			trip, session := s.trip(t, by), s.session(t, by)
			key, version := 0, int64(0)
			for name, call := range map[string]func(d *Database) error{
				"trip":          func(d *Database) error { _, err := d.Trip(t.Context(), by, trip.ID); return err },
				"trips":         func(d *Database) error { _, err := d.ListTrips(t.Context(), by, page(20)); return err },
				"memory search": func(d *Database) error { _, err := d.SearchMemories(t.Context(), by, model, at(0), 10); return err },
				"create a trip": func(d *Database) error { key++; return createWithKey(d, by, key, t) },
				"update a trip": func(d *Database) error {
					_, err := d.UpdateTrip(t.Context(), by, trip.ID, version, service.TripChange{})
					return err
				},
				"items":    func(d *Database) error { _, err := d.ListItems(t.Context(), by, trip.ID, page(20)); return err },
				"messages": func(d *Database) error { _, err := d.ListMessages(t.Context(), by, session.ID, page(20)); return err },
				"profile":  func(d *Database) error { _, err := d.Profile(t.Context(), by); return err },
				"destination search": func(d *Database) error {
					_, err := d.SearchDestinations(t.Context(), service.DestinationQuery{Text: "beach", Limit: 5})
					return err
				},
			} {
				database, trips := counted(t, s)
				conn, err := database.Acquire(t.Context())
				require.NoError(t, err)
				conn.Release()
				trips.Store(0)
				require.NoError(t, call(database))
				if tc.first {
					assert.EqualValues(t, 1, trips.Load(), "%s for the first time", name)
				}
				trips.Store(0)
				for range 5 {
					require.NoError(t, call(database))
				}
				assert.EqualValues(t, 5, trips.Load(), "five times: %s", name)
			}
		})
	}
}

func createWithKey(d *Database, by service.Principal, key int, t *testing.T) error {
	_, err := d.CreateTrip(t.Context(), by, service.Once{Key: string(rune('a' + key))}, toParis())
	return err
}
