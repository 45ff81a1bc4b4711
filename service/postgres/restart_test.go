package postgres

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// away are the codes of a database that is stopped or on its way back.
var away = []service.Code{service.CodeConnectionRefused, service.CodeConnectionLost, service.CodeStarting, service.CodeTimeout}

func TestStoresSurviveARestart(t *testing.T) {
	server := servicetest.StartPostgres(t)
	for mode, parameters := range map[string]string{"pooler": "", "direct": namedStatements} {
		t.Run(mode, func(t *testing.T) {
			s := newStand(t, server, parameters)
			by := someone()
			trip := s.trip(t, by)
			atOnce(10, func(int) { // so that the pool is full of connections that the restart breaks
				_, err := s.Trip(t.Context(), by, trip.ID)
				assert.NoError(t, err)
			})
			server.Stop(t)
			_, err := s.Trip(t.Context(), by, trip.ID)
			require.Error(t, err)
			assert.Contains(t, away, service.CodeOf(err), "%v", err)
			_, err = s.CreateTrip(t.Context(), by, service.Once{}, toParis())
			require.Error(t, err)
			assert.Contains(t, away, service.CodeOf(err), "%v", err)
			server.Start(t)
			for range 30 {
				seen, err := s.Trip(t.Context(), by, trip.ID)
				require.NoError(t, err, "the first request after the restart is answered already")
				assert.Equal(t, trip, seen)
			}
			_, err = s.CreateTrip(t.Context(), by, service.Once{}, toParis())
			assert.NoError(t, err)
		})
	}
}

// TestRestartBetweenReads breaks every idle connection at once: readers do not notice.
func TestRestartBetweenReads(t *testing.T) {
	server := servicetest.StartPostgres(t)
	s := newStand(t, server, namedStatements)
	by := someone()
	trip := s.trip(t, by)
	for range 3 {
		atOnce(10, func(int) {
			_, err := s.Trip(t.Context(), by, trip.ID)
			assert.NoError(t, err)
		})
		server.Exec(t, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tripsage-api'")
		_, err := s.Trip(t.Context(), by, trip.ID)
		require.NoError(t, err)
	}
}

// TestRestartUnderLoad has readers and writers at work while the server stops and starts. Whatever
// was reported as made is there, and once only.
func TestRestartUnderLoad(t *testing.T) {
	server := servicetest.StartPostgres(t)
	s := newStand(t, server, "")
	by := someone()
	s.trip(t, by)
	const workers = 6
	var stop atomic.Bool
	var mu sync.Mutex
	made, work := map[int64]int{}, sync.WaitGroup{}
	for worker := range workers {
		work.Go(func() {
			for i := 0; !stop.Load() || i < 20; i++ {
				key := onceOf(string(rune('a'+worker)) + time.Now().String())
				for try := 0; try < 1000; try++ { // as a client does that got no answer
					trip, err := s.CreateTrip(t.Context(), by, key, toParis())
					if err == nil {
						mu.Lock()
						made[trip.Value.ID]++
						mu.Unlock()
						break
					}
					assert.Contains(t, away, service.CodeOf(err), "%v", err)
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	server.Stop(t)
	server.Start(t)
	stop.Store(true)
	work.Wait()
	for id, times := range made {
		require.Equal(t, 1, times, "trip %d", id)
	}
	assert.EqualValues(t, 1+len(made), value[int64](t, s, "select count(*) from trips"))
}

func TestFullPoolIsAnError(t *testing.T) {
	s := newStand(t, servicetest.StartPostgres(t), "")
	database := open(t, Options{URL: s.api, PoolSize: 1, AcquireTimeout: time.Second})
	by := someone()
	conn, err := database.Acquire(t.Context())
	require.NoError(t, err)
	_, err = database.Trip(t.Context(), by, 1)
	codeIs(t, service.CodePoolExhausted, err)
	_, err = database.Sweep(t.Context())
	codeIs(t, service.CodePoolExhausted, err)
	conn.Release()
	_, err = database.Trip(t.Context(), by, 1)
	codeIs(t, service.CodeNotFound, err)
}

// TestSlowDatabase has a statement wait for a lock until the request's time is over.
func TestSlowDatabase(t *testing.T) {
	s := newStand(t, servicetest.StartPostgres(t), "")
	by := someone()
	trip := s.trip(t, by)
	lock, err := s.owner.Begin(t.Context())
	require.NoError(t, err)
	_, err = lock.Exec(t.Context(), "lock table trips")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = s.Trip(ctx, by, trip.ID)
	codeIs(t, service.CodeTimeout, err)
	require.NoError(t, lock.Rollback(t.Context()))
	_, err = s.Trip(t.Context(), by, trip.ID)
	require.NoError(t, err, "the next request has a connection that works")
}

func TestDeafDatabase(t *testing.T) {
	database := open(t, Options{URL: "postgres://u:p@" + servicetest.DeafAddr(t) + "/d?sslmode=disable", PoolSize: 2, AcquireTimeout: 50 * time.Millisecond})
	_, err := database.Trip(t.Context(), someone(), 1)
	codeIs(t, service.CodeTimeout, err)
}
