package apitest

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// ground is a site whose servers are its own, so that it may break them. Processes reach them by
// proxies, the test itself without.
type ground struct {
	*site
	pg                  *servicetest.Postgres
	cache               *servicetest.Cache
	toDatabase, toCache *proxy
	database, superuser string // the name of the database, and its address for a superuser
}

// newGround starts the servers. Settings are those of PostgreSQL, as "name=value".
func newGround(t testing.TB, settings ...string) *ground {
	t.Helper()
	g := &ground{site: newSite(t), pg: servicetest.StartPostgres(t, settings...), cache: servicetest.StartCache(t)}
	g.toDatabase, g.toCache = newProxy(t, g.pg.Addr), newProxy(t, g.cache.Addr)
	g.ownerURL, g.databaseURL = servicetest.MigratedDatabase(t, g.pg)
	u, err := url.Parse(g.databaseURL)
	require.NoError(t, err)
	g.database = strings.TrimPrefix(u.Path, "/")
	g.superuser = g.pg.URL(g.database)
	g.env["DATABASE_URL"] = strings.Replace(g.databaseURL, g.pg.Addr, g.toDatabase.addr, 1)
	g.env["DRAGONFLY_URL"] = strings.Replace(g.cache.URL(), g.cache.Addr, g.toCache.addr, 1)
	return g
}

// connect opens a connection past the proxy and row level security.
func (g *ground) connect(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), g.superuser)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// count is a number that the database says.
func (g *ground) count(t testing.TB, sql string, args ...any) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), g.superuser)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// lock keeps everybody else from the trips until the test calls release.
func (g *ground) lock(t testing.TB) (release func()) {
	t.Helper()
	conn := g.connect(t)
	_, err := conn.Exec(t.Context(), "begin; lock table public.trips")
	require.NoError(t, err)
	return func() {
		_, err := conn.Exec(t.Context(), "rollback")
		require.NoError(t, err)
	}
}

// waiting waits until so many of the API's statements wait for a lock.
func (g *ground) waiting(t testing.TB, statements int) {
	t.Helper()
	require.Eventually(t, func() bool {
		return g.count(t, "select count(*) from pg_stat_activity where application_name = 'tripsage-api' and wait_event_type = 'Lock'") == statements
	}, patience, 20*time.Millisecond)
}

// away are the codes of a database that is stopped or on its way back.
var away = []service.Code{service.CodeConnectionRefused, service.CodeConnectionLost, service.CodeStarting, service.CodeTimeout}

// isAway wants the answer that clients get while the database cannot be used: one that tells them
// to come back.
func (a answer) isAway(t tester, codes ...service.Code) {
	t.Helper()
	code := service.Code(a.json(t)["code"].(string))
	require.Contains(t, codes, code, "%d %s", a.status, a.body)
	require.Contains(t, []int{503, 504}, a.status)
	require.Equal(t, code == service.CodeTimeout, a.status == 504)
	require.Equal(t, "1", a.header.Get("Retry-After"))
}

// becomes waits until readiness is as wanted, and returns what the detailed report says of a
// dependency then.
func (a *api) becomes(t testing.TB, ready bool, dependency string) map[string]any {
	t.Helper()
	require.Eventually(t, func() bool { return (a.ask(t, "/health/ready").status == 200) == ready }, patience, 20*time.Millisecond)
	a.ask(t, "/health").is(t, 200)
	return a.ask(t, "/health/detailed").json(t)["dependencies"].(map[string]any)[dependency].(map[string]any)
}

// ask makes a request without a token and leaves no connection behind.
func (a *api) ask(t testing.TB, path string) answer {
	t.Helper()
	c := a.with("")
	defer c.http.CloseIdleConnections()
	return c.do(t, "GET", path, "")
}

// sees waits until the detailed report has a status and an error code for a dependency.
func (a *api) sees(t testing.TB, dependency string, status service.Status, codes ...service.Code) {
	t.Helper()
	var last map[string]any
	require.Eventually(t, func() bool {
		last = a.ask(t, "/health/detailed").json(t)["dependencies"].(map[string]any)[dependency].(map[string]any)
		code, _ := last["error"].(string)
		return last["status"] == string(status) && (code == "" && len(codes) == 0 || slices.Contains(codes, service.Code(code)))
	}, patience, 50*time.Millisecond, "%s is to be %s %v", dependency, status, codes)
}

// calm is what a process has when nothing happens.
type calm struct{ goroutines float64 }

func (g *ground) calm(t testing.TB, a *api) calm {
	t.Helper()
	return calm{a.metric(t, "go_goroutines")}
}

// isCalm waits until the process has no more goroutines than before the fault, give or take what the
// runtime and the pools do by themselves, and no connection that is not idle or too many. It closes
// the clients' connections first.
func (g *ground) isCalm(t testing.TB, a *api, before calm, clients ...*client) {
	t.Helper()
	for _, c := range clients {
		c.http.CloseIdleConnections()
	}
	const sway = 12 // far fewer than the requests of any test here
	var goroutines float64
	var busy, open int
	assert.Eventually(t, func() bool {
		goroutines = a.metric(t, "go_goroutines")
		busy = g.count(t, "select count(*) from pg_stat_activity where application_name = 'tripsage-api' and state <> 'idle'")
		open = g.count(t, "select count(*) from pg_stat_activity where application_name = 'tripsage-api'")
		return goroutines <= before.goroutines+sway && busy == 0 && open <= 12 && a.metric(t, `pool_connections{pool="database",state="in_use"}`) == 0
	}, time.Minute, 200*time.Millisecond)
	t.Logf("%.0f goroutines before, %.0f after; %d connections, %d of them busy", before.goroutines, goroutines, open, busy)
}

// trip is a good draft.
func trip(name string) string {
	return `{"name":"` + name + `","destination":"Lisbon","start_date":"2027-05-01","end_date":"2027-05-08"}`
}
