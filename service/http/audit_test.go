package httpapi

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// audits are the audit events, as action, actor, object, outcome and code.
func (f *fixture) audits(t *testing.T) (all [][5]string) {
	t.Helper()
	for _, line := range f.lines(t, "audit") {
		assert.Equal(t, "audit", line["log"])
		assert.NotEmpty(t, line["request_id"])
		event := [5]string{}
		for i, name := range []string{"action", "actor", "object", "outcome", "code"} {
			event[i], _ = line[name].(string)
		}
		all = append(all, event)
	}
	return all
}

// Each administrative request leaves one event, however it ends.
func TestAuditEvents(t *testing.T) {
	const key = `{"provider":"openai","name":"private","key":"hush-hush-hush-hush"}`
	user, success, failure := "user/"+string(alice), "success", "failure"
	for name, tc := range map[string]struct {
		change             func(*Options)
		token              service.UserID
		method, path, body string
		want               [5]string
	}{
		"key stored":          {nil, alice, "POST", "/keys", key, [5]string{"api_key.put", user, "api_key/3", success, ""}},
		"key without a token": {nil, "", "POST", "/keys", key, [5]string{"api_key.put", "anonymous", "api_key", failure, "unauthenticated"}},
		"key that is wrong":   {nil, alice, "POST", "/keys", `{"provider":"hush"}`, [5]string{"api_key.put", user, "api_key", failure, "invalid"}},
		"no JSON":             {nil, alice, "POST", "/keys", `{`, [5]string{"api_key.put", user, "api_key", failure, "invalid"}},
		"no sealer": {func(o *Options) { o.Sealer = nil }, alice, "POST", "/keys", key,
			[5]string{"api_key.put", user, "api_key", failure, "not_configured"}},
		"too often": {func(o *Options) {
			o.Limiter = limiterFunc(func(service.UserID) service.RateDecision { return service.RateDecision{Limit: 1} })
		}, alice, "POST", "/keys", key, [5]string{"api_key.put", user, "api_key", failure, "rate_limited"}},
		"panic": {func(o *Options) { o.APIKeys = struct{ service.APIKeys }{} }, alice, "POST", "/keys", key,
			[5]string{"api_key.put", user, "api_key", failure, "internal"}},
		"a token for other things": {nil, alice + "/trips:read", "POST", "/keys", key,
			[5]string{"api_key.put", user, "api_key", failure, "scope_missing"}},
		"key of nobody":      {nil, alice, "DELETE", "/keys/12", "", [5]string{"api_key.delete", user, "api_key/12", failure, "not_found"}},
		"key that is no id":  {nil, alice, "DELETE", "/keys/hush", "", [5]string{"api_key.delete", user, "api_key", failure, "invalid"}},
		"trip of nobody":     {nil, alice, "POST", "/trips/99/share", `{"email":"bob@example.com","role":"editor"}`, [5]string{"trip_access.grant", user, "trip/99", failure, "not_found"}},
		"trip with a friend": {nil, alice, "DELETE", "/trips/99/collaborators/" + string(bob), "", [5]string{"trip_access.revoke", user, "trip/99/user/" + string(bob), failure, "not_found"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, tc.change)
			f.as(tc.token, tc.method, tc.path, tc.body)
			got := f.audits(t)
			require.Len(t, got, 1)
			if tc.want[2] == "api_key/3" {
				assert.Regexp(t, `^api_key/\d+$`, got[0][2])
				got[0][2] = tc.want[2]
			}
			assert.Equal(t, tc.want, got[0])
			assert.NotContains(t, f.logs.String(), "hush")
			assert.NotContains(t, f.logs.String(), "bob@example.com")
		})
	}
}

// What only reads, or is a user's everyday work, leaves none; nor does another method.
func TestOtherRequestsLeaveNoAuditEvent(t *testing.T) {
	f := newFixture(t, nil)
	f.as(alice, http.MethodGet, "/keys", "")
	f.as(alice, http.MethodPost, "/trips", `{"title":"x"}`)
	f.as(alice, http.MethodOptions, "/keys", "")
	f.as(alice, http.MethodPut, "/keys", "")
	f.get("/health")
	assert.Empty(t, f.audits(t))
}

// Which routes are administrative is decided here, too: a new one must not be forgotten.
func TestAdministrativeRoutes(t *testing.T) {
	everyday := map[string]bool{}
	for _, route := range []string{
		"POST /trips", "PATCH /trips/{id}", "DELETE /trips/{id}", "POST /trips/{id}/items", "PUT /trips/{id}/items/{item}",
		"DELETE /trips/{id}/items/{item}", "POST /chat/sessions", "DELETE /chat/sessions/{id}", "POST /chat/sessions/{id}/messages",
		"POST /memory", "POST /memory/search", "DELETE /memory/{id}", "PUT /me",
	} {
		everyday[route] = true
	}
	for _, rt := range newFixture(t, nil).routes() {
		name := rt.method + " " + rt.pattern
		if rt.method == http.MethodGet || everyday[name] {
			assert.Empty(t, rt.audit, name)
			continue
		}
		assert.NotEmpty(t, rt.audit, "%s is not among everyday's requests: give it an audit event", name)
		assert.NotEmpty(t, rt.object, name)
	}
}

// An answer that was cut in the middle is told of, too.
func TestAuditOfACutAnswer(t *testing.T) {
	f := newFixture(t, nil, route{
		method: http.MethodPost, pattern: "/broken", audit: "test.break", object: "test",
		serve: func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusOK)
			return errors.New("half of it")
		},
	})
	assert.Panics(t, func() { f.as(alice, http.MethodPost, "/broken", "") })
	assert.Equal(t, [][5]string{{"test.break", "anonymous", "test", "failure", "internal"}}, f.audits(t))
}
