package ws

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/postgres"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// pod is what one process of the API has: a hub, and a listener that feeds it.
type pod struct {
	*httptest.Server
	hub  *Hub
	gaps chan struct{}
}

func startPod(t testing.TB, url string) *pod {
	t.Helper()
	hub, _ := newHub(nil)
	p := &pod{Server: serve(t, hub), hub: hub, gaps: make(chan struct{}, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- postgres.Listen(ctx, url, postgres.ListenOptions{
			OnChange: hub.Publish,
			OnGap:    func() { hub.Resync(); p.gaps <- struct{}{} },
			Observer: service.Unobserved{}, Log: slog.New(slog.DiscardHandler),
		})
	}()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	<-p.gaps // it listens
	return p
}

// store runs SQL as the owner of the schema.
type store struct {
	t    testing.TB
	conn *pgx.Conn
}

func openStore(t testing.TB, url string) store {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return store{t, conn}
}

func (s store) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.conn.Exec(s.t.Context(), sql, args...)
	require.NoError(s.t, err)
}

func (s store) id(sql string, args ...any) (id int64) {
	s.t.Helper()
	require.NoError(s.t, s.conn.QueryRow(s.t.Context(), sql, args...).Scan(&id))
	return id
}

// newTrip makes three users, and a trip of alice's that bob may see.
func (s store) newTrip() (id int64) {
	s.t.Helper()
	s.exec(`insert into users (id) values ($1), ($2), ($3) on conflict do nothing`, alice, bob, carol)
	id = s.id(`insert into trips (user_id, name, destination, start_date, end_date)
		values ($1, 'Spring', 'Lisbon', '2027-04-01', '2027-04-08') returning id`, alice)
	s.exec(`insert into trip_collaborators (trip_id, user_id, role) values ($1, $2, 'viewer')`, id, bob)
	return id
}

// told reads the next message, in short: "update trips 7".
func told(t testing.TB, conn *websocket.Conn) string {
	t.Helper()
	var got struct {
		Type   string         `json:"type"`
		Record map[string]any `json:"record"`
		service.RowChange
	}
	require.NoError(t, json.Unmarshal(read(t, conn), &got))
	if got.Type != "change" {
		return got.Type
	}
	return strings.TrimSpace(fmt.Sprint(got.Op, " ", got.Table, " ", got.Trip))
}

func TestDatabase(t *testing.T) {
	server := servicetest.StartPostgres(t)
	t.Run("two pods tell everybody concerned and nobody else", func(t *testing.T) { testTwoPods(t, server) })
	t.Run("a change that is rolled back is not told", func(t *testing.T) { testRollback(t, server) })
	t.Run("after a restart clients read again", func(t *testing.T) { testRestart(t, server) })
}

func testTwoPods(t *testing.T, server *servicetest.Postgres) {
	ownerURL, apiURL := servicetest.MigratedDatabase(t, server)
	db := openStore(t, ownerURL)
	first, second := startPod(t, apiURL), startPod(t, apiURL)
	owner, ownerElsewhere := connect(t, first.Server, alice), connect(t, second.Server, alice)
	guest, stranger := connect(t, second.Server, bob), connect(t, second.Server, carol)
	all := func(want string, conns ...*websocket.Conn) {
		t.Helper()
		for _, conn := range conns {
			assert.Equal(t, want, told(t, conn))
		}
	}

	trip := db.newTrip()
	all(fmt.Sprint("insert trips ", trip), owner, ownerElsewhere)
	all(fmt.Sprint("insert trip_collaborators ", trip), owner, ownerElsewhere, guest)

	db.exec(`update trips set name = 'Summer' where id = $1`, trip)
	all(fmt.Sprint("update trips ", trip), owner, ownerElsewhere, guest)
	db.exec(`insert into itinerary_items (trip_id, day, kind, title) values ($1, '2027-04-02', 'meal', 'Fish')`, trip)
	all(fmt.Sprint("insert itinerary_items ", trip), owner, ownerElsewhere, guest)

	session := db.id(`insert into chat_sessions (user_id, trip_id) values ($1, $2) returning id`, alice, trip)
	all(fmt.Sprint("insert chat_sessions ", trip), owner, ownerElsewhere)
	db.exec(`insert into chat_messages (session_id, role, content) values ($1, 'user', $2)`, session, strings.Repeat("ä", 20_000))
	large := read(t, owner)
	assert.Contains(t, string(large), `"table":"chat_messages"`)
	assert.NotContains(t, string(large), `"record"`, "too large for a notification")
	all(fmt.Sprint("insert chat_messages ", trip), ownerElsewhere)
	all(fmt.Sprint("update chat_sessions ", trip), owner, ownerElsewhere) // used last just now

	db.exec(`delete from trip_collaborators where trip_id = $1 and user_id = $2`, trip, bob)
	all(fmt.Sprint("delete trip_collaborators ", trip), owner, ownerElsewhere, guest)
	db.exec(`update trips set name = 'Autumn' where id = $1`, trip)
	all(fmt.Sprint("update trips ", trip), owner, ownerElsewhere)

	db.exec(`insert into trip_collaborators (trip_id, user_id, role) values ($1, $2, 'editor')`, trip, carol)
	all(fmt.Sprint("insert trip_collaborators ", trip), owner, ownerElsewhere, stranger)
	db.exec(`delete from trips where id = $1`, trip)
	all(fmt.Sprint("delete trips ", trip), owner, ownerElsewhere, stranger)
	all("update chat_sessions 0", owner, ownerElsewhere) // it has no trip any more

	// Whatever else they were told would come before this one.
	theirs := db.id(`insert into chat_sessions (user_id) values ($1) returning id`, bob)
	all("insert chat_sessions 0", guest)
	assert.Positive(t, theirs)
}

func testRollback(t *testing.T, server *servicetest.Postgres) {
	ownerURL, apiURL := servicetest.MigratedDatabase(t, server)
	db, p := openStore(t, ownerURL), startPod(t, apiURL)
	trip := db.newTrip()
	conn := connect(t, p.Server, carol)
	owner := connect(t, p.Server, alice)
	db.exec(`begin`)
	db.exec(`update trips set name = 'never' where id = $1`, trip)
	db.exec(`rollback`)
	db.exec(`update trips set name = 'really' where id = $1`, trip)
	for body := read(t, owner); ; body = read(t, owner) { // the making of the trip may still be on its way
		assert.NotContains(t, string(body), "never")
		if strings.Contains(string(body), "really") {
			break
		}
	}
	p.hub.Resync()
	assert.Equal(t, "resync", told(t, conn), "a stranger is told of nothing")
}

func testRestart(t *testing.T, server *servicetest.Postgres) {
	ownerURL, apiURL := servicetest.MigratedDatabase(t, server)
	trip := openStore(t, ownerURL).newTrip()
	p := startPod(t, apiURL)
	owner, guest := connect(t, p.Server, alice), connect(t, p.Server, bob)

	server.Stop(t)
	server.Start(t)
	openStore(t, ownerURL).exec(`update trips set name = 'Unheard' where id = $1`, trip) // perhaps before anybody listens again
	<-p.gaps
	openStore(t, ownerURL).exec(`update trips set name = 'Heard' where id = $1`, trip)
	for _, conn := range []*websocket.Conn{owner, guest} {
		assert.Equal(t, "resync", told(t, conn))
		for body := ""; !strings.Contains(body, `"name":"Heard"`); body = string(read(t, conn)) {
			assert.NotContains(t, body, "resync", "once is enough")
		}
	}
}

// BenchmarkCommitToClient measures the time from before a client's write to the database until
// another client has the change.
func BenchmarkCommitToClient(b *testing.B) {
	server := servicetest.StartPostgres(b)
	ownerURL, apiURL := servicetest.MigratedDatabase(b, server)
	db := openStore(b, ownerURL)
	trip := db.newTrip()
	p := startPod(b, apiURL)
	conn := connect(b, p.Server, bob)
	delays := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		db.exec(`update trips set version = version + 1 where id = $1`, trip)
		read(b, conn)
		delays = append(delays, time.Since(start))
	}
	b.StopTimer()
	report(b, delays)
}
