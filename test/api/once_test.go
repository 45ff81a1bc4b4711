package apitest

import (
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// creations are the requests that an Idempotency-Key works for, with the table of what they make.
var creations = []struct{ path, body, other, table string }{
	{"/trips", aTrip, strings.Replace(aTrip, "Lisbon", "Porto", 1), "trips"},
	{"/trips/{id}/items", anItem, strings.Replace(anItem, "Castle", "Tower", 1), "itinerary_items"},
	{"/chat/sessions", `{"title":"One"}`, `{"title":"Two"}`, "chat_sessions"},
	{"/chat/sessions/{id}/messages", `{"role":"user","content":"One"}`, `{"role":"user","content":"Two"}`, "chat_messages"},
	{"/memory", `{"content":"One"}`, `{"content":"Two"}`, "memories"},
}

// TestCreatedOnce: sixteen requests at a time over two processes make one thing, and each of them
// gets it. With another body the key is refused; for another user it is another key.
func TestCreatedOnce(t *testing.T) {
	s := newSite(t)
	pods := []*api{s.start(t), s.start(t)}
	for _, tc := range creations {
		t.Run(tc.path, func(t *testing.T) {
			ada, ben := someone("ada"), someone("ben")
			hers, his := prepare(t, pods[0], ada, someone("x")), prepare(t, pods[0], ben, someone("y"))
			rows := func() int { return query(t, s, pgx.RowTo[int], "select count(*) from "+tc.table)[0] }
			before, key := rows(), secret("key")
			var all sync.WaitGroup
			var mu sync.Mutex
			ids, fresh := map[string]int{}, 0
			for i := range 16 {
				all.Go(func() {
					got := pods[i%2].as(ada).do(t, "POST", hers.fill(tc.path), tc.body, "Idempotency-Key", key)
					mu.Lock()
					defer mu.Unlock()
					if assert.Equal(t, 201, got.status, "%s", got.body) {
						ids[got.id(t)]++
					}
					if got.header.Get("Idempotency-Replayed") == "" {
						fresh++
					}
				})
			}
			all.Wait()
			require.Len(t, ids, 1)
			assert.Equal(t, 1, fresh)
			assert.Equal(t, before+1, rows())

			c := pods[1].as(ada)
			c.do(t, "POST", hers.fill(tc.path), tc.other, "Idempotency-Key", key).fails(t, 422, "idempotency_key_reused")
			assert.Equal(t, before+1, rows())
			theirs := pods[1].as(ben).do(t, "POST", his.fill(tc.path), tc.body, "Idempotency-Key", key).is(t, 201)
			assert.Empty(t, theirs.header.Get("Idempotency-Replayed"))
			assert.NotContains(t, ids, theirs.id(t))
			assert.Equal(t, before+2, rows())
			for _, bad := range []string{"", " ", "a b", "é", strings.Repeat("k", 256)} {
				c.do(t, "POST", hers.fill(tc.path), tc.body, "Idempotency-Key", bad).fails(t, 422, "invalid")
			}
			assert.Equal(t, before+2, rows())
		})
	}
}

// TestReplayOfDeleted: a key does not bring back what has been deleted since.
func TestReplayOfDeleted(t *testing.T) {
	c := start(t).as(someone("ada"))
	trip := c.do(t, "POST", "/trips", aTrip, "Idempotency-Key", "again").is(t, 201).id(t)
	c.do(t, "DELETE", "/trips/"+trip, "").is(t, 204)
	c.do(t, "POST", "/trips", aTrip, "Idempotency-Key", "again").fails(t, 410, "idempotent_result_gone")
	require.Empty(t, c.do(t, "GET", "/trips", "").items(t))
}
