package postgres

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func onceOf(key string) service.Once {
	return service.Once{Key: key, Fingerprint: [32]byte{1, 2, 3, 31: 255}}
}

// creations are the methods that make things, each with its table.
func creations(t testing.TB, s stand, by service.Principal) map[string]func(context.Context, service.Once) (int64, bool, error) {
	trip, session := s.trip(t, by).ID, s.session(t, by).ID
	return map[string]func(context.Context, service.Once) (int64, bool, error){
		"trips": func(ctx context.Context, once service.Once) (int64, bool, error) {
			made, err := s.CreateTrip(ctx, by, once, toParis())
			return made.Value.ID, made.Replayed, err
		},
		"itinerary_items": func(ctx context.Context, once service.Once) (int64, bool, error) {
			made, err := s.AddItem(ctx, by, trip, once, louvre())
			return made.Value.ID, made.Replayed, err
		},
		"chat_sessions": func(ctx context.Context, once service.Once) (int64, bool, error) {
			made, err := s.CreateSession(ctx, by, once, service.ChatSessionDraft{})
			return made.Value.ID, made.Replayed, err
		},
		"chat_messages": func(ctx context.Context, once service.Once) (int64, bool, error) {
			made, err := s.AddMessage(ctx, by, session, once, service.ChatMessageDraft{Role: "user", Content: "x"})
			return made.Value.ID, made.Replayed, err
		},
		"memories": func(ctx context.Context, once service.Once) (int64, bool, error) {
			made, err := s.AddMemory(ctx, by, once, service.MemoryDraft{Content: "x"}, model, at(0))
			return made.Value.ID, made.Replayed, err
		},
	}
}

func testOnce(t *testing.T, s stand) {
	by, other := someone(), someone()
	others := creations(t, s, other)
	for table, create := range creations(t, s, by) {
		t.Run(table, func(t *testing.T) {
			id, replayed, err := create(t.Context(), onceOf(table))
			require.NoError(t, err)
			assert.False(t, replayed)
			for range 2 {
				again, replayed, err := create(t.Context(), onceOf(table))
				require.NoError(t, err)
				assert.True(t, replayed)
				assert.Equal(t, id, again)
			}
			for _, key := range []string{table + "-2", ""} {
				fresh, replayed, err := create(t.Context(), onceOf(key))
				require.NoError(t, err)
				assert.False(t, replayed)
				assert.NotEqual(t, id, fresh)
			}
			theirs, replayed, err := others[table](t.Context(), onceOf(table))
			require.NoError(t, err)
			assert.False(t, replayed, "keys are each user's own")
			assert.NotEqual(t, id, theirs)
		})
	}
}

func testKeyReused(t *testing.T, s stand) {
	by := someone()
	all := creations(t, s, by)
	for table, create := range all {
		t.Run(table, func(t *testing.T) {
			_, _, err := create(t.Context(), onceOf(table))
			require.NoError(t, err)
			_, _, err = create(t.Context(), service.Once{Key: table})
			codeIs(t, service.CodeKeyReused, err)
			for name, different := range all {
				if name != table {
					_, _, err = different(t.Context(), onceOf(table))
					codeIs(t, service.CodeKeyReused, err)
				}
			}
		})
	}
}

func testReplayGone(t *testing.T, s stand) {
	by := someone()
	for table, create := range creations(t, s, by) {
		t.Run(table, func(t *testing.T) {
			id, _, err := create(t.Context(), onceOf(table))
			require.NoError(t, err)
			s.exec(t, fmt.Sprintf("delete from %s where id = $1", table), id)
			_, _, err = create(t.Context(), onceOf(table))
			codeIs(t, service.CodeReplayGone, err)
			_, _, err = create(t.Context(), service.Once{Key: table})
			codeIs(t, service.CodeKeyReused, err)
		})
	}
}

func testFailedCreation(t *testing.T, s stand) {
	by := someone()
	trip := s.trip(t, by).ID
	bad := louvre()
	bad.Day = january(30)
	_, err := s.AddItem(t.Context(), by, trip, onceOf("k"), bad)
	codeIs(t, service.CodeInvalid, err)
	_, err = s.CreateTrip(t.Context(), by, onceOf("k"), service.TripDraft{Name: "n", Destination: "d", StartDate: january(2), EndDate: january(1)})
	codeIs(t, service.CodeInvalid, err)
	good, err := s.AddItem(t.Context(), by, trip, onceOf("k"), louvre())
	require.NoError(t, err)
	assert.False(t, good.Replayed)
}

func testOnceAtOnce(t *testing.T, s stand) {
	by := someone()
	for table, create := range creations(t, s, by) {
		t.Run(table, func(t *testing.T) {
			before := value[int64](t, s, "select count(*) from "+table)
			const requests = 16
			ids, replays, errs := make([]int64, requests), make([]bool, requests), make([]error, requests)
			atOnce(requests, func(i int) { ids[i], replays[i], errs[i] = create(t.Context(), onceOf("at once: "+table)) })
			made := 0
			for i := range requests {
				require.NoError(t, errs[i])
				assert.Equal(t, ids[0], ids[i])
				if !replays[i] {
					made++
				}
			}
			assert.Equal(t, 1, made, "requests that made it")
			assert.Equal(t, before+1, value[int64](t, s, "select count(*) from "+table))
		})
	}
}

func testSweep(t *testing.T, s stand) {
	by := someone()
	for _, key := range []string{"old", "young"} {
		_, err := s.CreateTrip(t.Context(), by, onceOf(key), toParis())
		require.NoError(t, err)
	}
	s.exec(t, "update idempotency_keys set created_at = now() - interval '25 hours' where user_id = $1 and key = 'old'", string(by.User))
	swept, err := s.Sweep(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, swept)
	for key, want := range map[string]bool{"old": false, "young": true} {
		made, err := s.CreateTrip(t.Context(), by, onceOf(key), toParis())
		require.NoError(t, err)
		assert.Equal(t, want, made.Replayed, key)
	}
}
