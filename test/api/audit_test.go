package apitest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAudit: each administrative action is one line of its own, whatever becomes of it. What a reader
// learns is who, what and how it ended.
func TestAudit(t *testing.T) {
	a, ada, ben := start(t), someone("ada"), someone("ben")
	hers := a.as(ada)
	a.as(ben).do(t, "GET", "/me", "").is(t, 200) // the database knows him now
	body := `{"provider":"openai","name":"private","key":"` + secret("key") + `"}`
	key := hers.do(t, "POST", "/keys", body, "X-Request-Id", "puts").is(t, 201).id(t)
	hers.do(t, "POST", "/keys", body, "X-Request-Id", "replaces").is(t, 200)
	a.as(ben).do(t, "DELETE", "/keys/"+key, "", "X-Request-Id", "not-his").is(t, 404)
	a.with("").do(t, "DELETE", "/keys/"+key, "", "X-Request-Id", "no-token").is(t, 401)
	hers.do(t, "DELETE", "/keys/"+key, "", "X-Request-Id", "deletes").is(t, 204)
	trip := hers.make(t, "/trips", aTrip)
	hers.do(t, "POST", "/trips/"+trip+"/share", `{"email":"`+ben.email+`","role":"viewer"}`, "X-Request-Id", "grants").is(t, 200)
	hers.do(t, "POST", "/trips/"+trip+"/share", `{"email":"`+secret("x")+`@example.com","role":"viewer"}`, "X-Request-Id", "nobody").is(t, 422)
	hers.do(t, "DELETE", "/trips/"+trip+"/collaborators/"+ben.id, "", "X-Request-Id", "revokes").is(t, 204)
	hers.do(t, "GET", "/keys", "", "X-Request-Id", "reads").is(t, 200)
	a.stop(t)

	type event struct{ action, actor, object, outcome, code any }
	have := map[any]event{}
	lines := a.lines(t, "audit")
	for _, line := range lines {
		assert.Equal(t, "audit", line["log"])
		have[line["request_id"]] = event{line["action"], line["actor"], line["object"], line["outcome"], line["code"]}
	}
	require.Len(t, lines, len(have), "one for each")
	object, friend := "api_key/"+key, "trip/"+trip+"/user/"+ben.id
	assert.Equal(t, map[any]event{
		"puts":     {"api_key.put", "user/" + ada.id, object, "success", nil},
		"replaces": {"api_key.put", "user/" + ada.id, object, "success", nil},
		"not-his":  {"api_key.delete", "user/" + ben.id, object, "failure", "not_found"},
		"no-token": {"api_key.delete", "anonymous", "api_key", "failure", "unauthenticated"},
		"deletes":  {"api_key.delete", "user/" + ada.id, object, "success", nil},
		"grants":   {"trip_access.grant", "user/" + ada.id, friend, "success", nil},
		"nobody":   {"trip_access.grant", "user/" + ada.id, "trip/" + trip, "failure", "user_unknown"},
		"revokes":  {"trip_access.revoke", "user/" + ada.id, friend, "success", nil},
	}, have)
}
