package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

func once(t require.TestingT, path, body string, keys ...string) (service.Once, service.Invalid) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if keys != nil {
		r.Header["Idempotency-Key"] = keys
	}
	var faults service.Invalid
	draft, err := decode[service.TripDraft](r, &faults)
	require.NoError(t, err)
	return onceOf(r, draft, &faults), faults
}

func TestIdempotencyKeys(t *testing.T) {
	const body = `{"name":"Summer","start_date":"2027-06-01"}`
	none, _ := once(t, "/trips", body)
	assert.Equal(t, service.Once{}, none)

	first, _ := once(t, "/trips", body, "key-1")
	assert.Equal(t, "key-1", first.Key)
	same, _ := once(t, "/trips", ` { "start_date" : "2027-06-01", "name":"S\u0075mmer","notes":""}`, "key-1")
	assert.Equal(t, first, same, "the meaning counts, not how it is written")
	for _, other := range []struct{ path, body string }{
		{"/trips", `{"name":"Winter","start_date":"2027-06-01"}`}, {"/trips/7/items", body}, {"/trips", `{"name":"Summer","start_date":"2027-06-01","budget_cents":0}`},
	} {
		changed, _ := once(t, other.path, other.body, "key-1")
		assert.NotEqual(t, first.Fingerprint, changed.Fingerprint)
	}

	for _, keys := range [][]string{{""}, {"a b"}, {"a\x00"}, {"é"}, {"a", "b"}, {strings.Repeat("x", 256)}, {"a\r\nX: y"}, {"\x7f"}} {
		refused, faults := once(t, "/trips", body, keys...)
		assert.Equal(t, service.Once{}, refused)
		require.Len(t, faults.Faults, 1, keys)
		assert.Equal(t, "header.Idempotency-Key", faults.Faults[0].Field)
	}
	long, faults := once(t, "/trips", body, strings.Repeat("~", 255))
	assert.Len(t, long.Key, 255)
	assert.Empty(t, faults.Faults)
}

// The fingerprint does not let parts of a request flow into each other.
func TestFingerprintProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z"{},:]{0,6}`)
		one := service.TripDraft{Name: text.Draw(t, "name"), Destination: text.Draw(t, "destination")}
		two := service.TripDraft{Name: text.Draw(t, "other name"), Destination: text.Draw(t, "other destination")}
		print := func(draft service.TripDraft) [32]byte {
			r := httptest.NewRequest(http.MethodPost, "/trips", nil)
			r.Header.Set("Idempotency-Key", "k")
			return onceOf(r, draft, &service.Invalid{}).Fingerprint
		}
		require.Equal(t, one == two, print(one) == print(two))
	})
}
