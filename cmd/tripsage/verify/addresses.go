package verify

import (
	"context"
	"fmt"
	"net/http"
)

// address is one that the deployment guide tries, or that the frontend lives by.
type address struct{ method, path, body, list string }

const memoryQuery = `{"query": "hotels in Paris", "limit": 5}`

func addresses() []address {
	return []address{
		{http.MethodGet, "/trips", "", "items"},
		{http.MethodGet, "/chat/sessions", "", "items"},
		{http.MethodGet, "/search/destinations", "", "items"},
		{http.MethodPost, "/memory/search", memoryQuery, "items"},
		{http.MethodGet, "/me", "", "id"},
		{http.MethodGet, "/keys", "", "items"},
	}
}

func addressChecks() []check {
	var all []check
	for _, a := range addresses() {
		all = append(all, check{
			group: "addresses", name: a.method + " " + a.path, expected: "200 with " + a.list, user: true,
			try: a.answers,
		})
	}
	return all
}

func (a address) answers(ctx context.Context, r *run) finding {
	body := map[string]any{}
	got, fault := r.wants(ctx, http.StatusOK, a.method, a.path, a.body, true, &body)
	if fault != nil {
		return *fault
	}
	value, there := body[a.list]
	if !there || value == nil {
		return bad(fmt.Sprintf("a body without %s: %s", a.list, excerpt(got.body)), "compare with openapi.json")
	}
	if list, is := value.([]any); is {
		return ok("200 in %s, %d items", short(got.took), len(list))
	}
	return ok("200 in %s", short(got.took))
}
