package postgres

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func testHostileTexts(t *testing.T, s stand) {
	for _, text := range []string{
		"'; drop table trips; --", `" or ""="`, `\'; select pg_sleep(9) --`, "$1", "$$; delete from users; $$", "%s%n{{.}}", "\r\nX-Evil: 1",
		"\u202e\ufeff\u0001\x7f", "🧳✈️ 日本", "<script>alert(1)</script>", "NULL", "\\N", "' || (select sealed from api_keys limit 1) || '",
	} {
		by := someone()
		draft := service.TripDraft{Name: text, Destination: text, Notes: text, StartDate: january(1), EndDate: january(9)}
		trip, err := s.CreateTrip(service.WithRequestID(t.Context(), text), by, onceOf(text), draft)
		require.NoError(t, err, text)
		assert.Equal(t, [3]string{text, text, text}, [3]string{trip.Value.Name, trip.Value.Destination, trip.Value.Notes})
		changed, err := s.UpdateTrip(t.Context(), by, trip.Value.ID, 1, service.TripChange{Name: ptr(text + text)})
		require.NoError(t, err, text)
		assert.Equal(t, text+text, changed.Name)
		object, err := json.Marshal(map[string]string{text: text})
		require.NoError(t, err)
		memory, err := s.AddMemory(t.Context(), by, onceOf(text+"2"), service.MemoryDraft{Content: text, Metadata: object}, text, at(0))
		require.NoError(t, err, text)
		found, err := s.SearchMemories(t.Context(), by, text, at(0), 5)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, memory.Value, found[0].Memory)
		assert.Equal(t, text, found[0].Content)
		assert.JSONEq(t, string(object), string(found[0].Metadata))
		for _, blended := range []bool{false, true} {
			_, err = s.SearchDestinations(t.Context(), service.DestinationQuery{Text: text, Limit: 5, Blended: blended})
			assert.NoError(t, err, text)
		}
		_, err = s.ShareTrip(t.Context(), by, trip.Value.ID, service.Invitation{Email: text, Role: "viewer"})
		codeIs(t, service.CodeUserUnknown, err)
	}
}

// testUnstorable sends what PostgreSQL has no place for. It must be the client's fault, not ours.
func testUnstorable(t *testing.T, s stand) {
	by := someone()
	trip, session := s.trip(t, by).ID, s.session(t, by).ID
	for name, text := range map[string]string{
		"NUL": "a\x00b", "bad UTF-8": "a\xffb", "a surrogate in UTF-8": "\xed\xa0\x80", "an overlong form": "\xc0\xaf", "cut off": "caf\xc3",
	} {
		t.Run(name, func(t *testing.T) {
			bad := func(_ any, err error) {
				t.Helper()
				assert.Equal(t, service.CodeInvalid, service.CodeOf(err), "%v", err)
			}
			draft := toParis()
			draft.Notes = text
			bad(s.CreateTrip(t.Context(), by, service.Once{}, draft))
			bad(s.CreateTrip(t.Context(), by, service.Once{Key: text}, toParis()))
			bad(s.UpdateTrip(t.Context(), by, trip, 0, service.TripChange{Notes: &text}))
			bad(s.ShareTrip(t.Context(), by, trip, service.Invitation{Email: text, Role: "viewer"}))
			item := louvre()
			item.Title = text
			bad(s.AddItem(t.Context(), by, trip, service.Once{}, item))
			bad(s.AddMessage(t.Context(), by, session, service.Once{}, service.ChatMessageDraft{Role: "user", Content: text}))
			bad(s.AddMemory(t.Context(), by, service.Once{}, service.MemoryDraft{Content: text}, model, at(0)))
			bad(s.SearchMemories(t.Context(), by, text, at(0), 5))
			bad(s.SearchDestinations(t.Context(), service.DestinationQuery{Text: text, Limit: 5}))
			bad(s.SearchDestinations(t.Context(), service.DestinationQuery{Text: text, Limit: 5, Blended: true}))
			bad(s.DestinationNamed(t.Context(), text))
			bad(s.ReplaceProfile(t.Context(), by, service.ProfileDraft{Name: text}))
			_, _, err := s.PutAPIKey(t.Context(), by, sealed(text))
			bad(nil, err)
		})
	}
	for name, object := range map[string]string{"NUL in JSON": `{"a":"\u0000"}`, "half a pair": `{"a":"\ud800"}`, "no JSON": `{`, "empty": ``} {
		_, err := s.AddMessage(t.Context(), by, session, service.Once{},
			service.ChatMessageDraft{Role: "user", Content: "x", Metadata: json.RawMessage(object)})
		assert.Equal(t, service.CodeInvalid, service.CodeOf(err), "%s: %v", name, err)
	}
}

// testLimits passes each limit that the HTTP layer keeps, as a mistake of that layer would.
func testLimits(t *testing.T, s stand) {
	by := someone()
	trip, session := s.trip(t, by).ID, s.session(t, by).ID
	long := func(n int) *string { text := strings.Repeat("é", n); return &text }
	for field, change := range map[string]service.TripChange{
		"name": {Name: long(201)}, "destination": {Destination: ptr("")}, "notes": {Notes: long(10_001)},
		"budget_cents": {BudgetCents: ptr(int64(-1))}, "currency": {Currency: ptr("euro")}, "end_date": {EndDate: ptr(january(1))},
	} {
		_, err := s.UpdateTrip(t.Context(), by, trip, 0, change)
		faultIn(t, field, err)
	}
	for field, spoil := range map[string]func(*service.ItemDraft){
		"position": func(d *service.ItemDraft) { d.Position = -1 }, "kind": func(d *service.ItemDraft) { d.Kind = "" },
		"title": func(d *service.ItemDraft) { d.Title = "" }, "latitude": func(d *service.ItemDraft) { d.Longitude = nil },
		"longitude": func(d *service.ItemDraft) { d.Longitude = ptr(181.0) }, "cost_cents": func(d *service.ItemDraft) { d.CostCents = ptr(int64(-1)) },
		"body": func(d *service.ItemDraft) { d.Position = 1 << 40 },
	} {
		draft := louvre()
		spoil(&draft)
		_, err := s.AddItem(t.Context(), by, trip, service.Once{}, draft)
		faultIn(t, field, err)
	}
	_, err := s.AddMessage(t.Context(), by, session, service.Once{}, service.ChatMessageDraft{Role: "user", Content: *long(32_001)})
	faultIn(t, "content", err)
	_, err = s.AddMessage(t.Context(), by, session, service.Once{}, service.ChatMessageDraft{Role: "root", Content: "x"})
	faultIn(t, "role", err)
	_, err = s.CreateTrip(t.Context(), by, service.Once{Key: *long(200)}, toParis())
	faultIn(t, "key", err)
	_, err = s.CreateTrip(t.Context(), by, service.Once{}, service.TripDraft{Name: "x", Destination: "y"})
	assert.NoError(t, err, "the zero date is the first of January of the year 1")
}
