package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestKeysGoInAndNeverOut(t *testing.T) {
	f := newFixture(t, nil)
	made := f.as(alice, http.MethodPost, "/keys", aKeyBody)
	require.Equal(t, http.StatusCreated, made.Code)
	assert.Equal(t, "1234", bodyOf(t, made)["hint"])
	again := f.as(alice, http.MethodPost, "/keys", strings.Replace(aKeyBody, aKey, "sk-another-key-9999", 1))
	assert.Equal(t, http.StatusOK, again.Code, "replaced")
	assert.Equal(t, bodyOf(t, made)["id"], bodyOf(t, again)["id"])
	short := f.as(alice, http.MethodPost, "/keys", `{"provider":"duffel","name":"short","key":"elevenchars"}`)
	assert.Empty(t, bodyOf(t, short)["hint"], "four of eleven characters would tell too much")
	list := f.as(alice, http.MethodGet, "/keys", "")
	assert.Contains(t, list.Body.String(), `"hint":"9999"`)

	var stored fakeKey
	for _, key := range f.stores.keys {
		if key.Provider == "openai" {
			stored = key
		}
	}
	plain, err := fakeSealer{}.Open(stored.sealed.Sealed, service.SealedKey{Provider: "openai", Name: "private"}.Binding(alice))
	require.NoError(t, err, "bound to its user, provider and name")
	assert.Equal(t, "sk-another-key-9999", string(plain))

	bad := f.as(alice, http.MethodPost, "/keys", `{"provider":"x","name":"","key":"sk secret words"}`)
	assert.ElementsMatch(t, []string{"provider", "name", "key"}, fieldsOf(t, bad.Body.Bytes()))
	for _, text := range []string{made.Body.String(), again.Body.String(), list.Body.String(), bad.Body.String(), f.logs.String()} {
		for _, secret := range []string{aKey, "sk-another-key", "secret words", "elevenchars"} {
			assert.NotContains(t, text, secret)
		}
	}
}

func TestKeysNeedASealer(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Sealer = nil })
	refused := f.as(alice, http.MethodPost, "/keys", aKeyBody)
	assert.Equal(t, http.StatusNotImplemented, refused.Code)
	assert.Equal(t, "not_configured", bodyOf(t, refused)["code"])
	assert.Empty(t, f.stores.keys)
	assert.JSONEq(t, `{"items":[]}`, f.as(alice, http.MethodGet, "/keys", "").Body.String(), "to see and to delete needs none")
}

func TestMemories(t *testing.T) {
	f := newFixture(t, nil)
	for i := range 12 {
		f.as(alice, http.MethodPost, "/memory", `{"content":"`+strings.Repeat("m", i+1)+`"}`)
	}
	search := func(user service.UserID, body string) (found []service.MemoryMatch) {
		answer := f.as(user, http.MethodPost, "/memory/search", body)
		require.Equal(t, http.StatusOK, answer.Code)
		var page struct{ Items []service.MemoryMatch }
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &page))
		return page.Items
	}
	found := search(alice, `{"query":"xxxx"}`)
	require.Len(t, found, 10, "by default")
	assert.Equal(t, "mmmm", found[0].Content)
	assert.InDelta(t, 1, found[0].Similarity, 1e-6)
	assert.Len(t, search(alice, `{"query":"x","limit":3}`), 3)
	assert.Empty(t, search(bob, `{"query":"xxxx"}`))
	assert.Contains(t, f.events.list(), "memory added")
	assert.Contains(t, f.events.list(), "search memories")
	assert.NotContains(t, f.logs.String(), "xxxx")
}

// embedderFunc makes an Embedder of a function.
type embedderFunc func() ([]service.Embedding, error)

func (embedderFunc) Name() string { return "broken" }

func (f embedderFunc) Embed(context.Context, []string) ([]service.Embedding, error) { return f() }

func TestEmbedderDown(t *testing.T) {
	for name, broken := range map[string]embedderFunc{
		"down":     func() ([]service.Embedding, error) { return nil, coded(service.CodeEmbedderDown) },
		"nonsense": func() ([]service.Embedding, error) { return nil, nil },
	} {
		f := newFixture(t, func(o *Options) { o.Embedder = broken })
		for path, body := range map[string]string{"/memory": `{"content":"x"}`, "/memory/search": `{"query":"x"}`} {
			answer := f.as(alice, http.MethodPost, path, body)
			assert.Equal(t, http.StatusServiceUnavailable, answer.Code, name)
			assert.Equal(t, "embedder_down", bodyOf(t, answer)["code"])
		}
		assert.Empty(t, f.stores.memories)
	}
}

func TestProfileIsCachedAndForgotten(t *testing.T) {
	f := newFixture(t, nil)
	first := f.as(alice, http.MethodGet, "/me", "")
	require.Equal(t, http.StatusOK, first.Code)
	f.stores.profiles[alice] = service.Profile{ID: alice, Name: "changed elsewhere"}
	assert.Equal(t, first.Body.String(), f.as(alice, http.MethodGet, "/me", "").Body.String(), "from the cache")
	assert.Equal(t, string(bob), bodyOf(t, f.as(bob, http.MethodGet, "/me", ""))["id"], "which knows users apart")

	changed := f.as(alice, http.MethodPut, "/me", `{"name":"Ada","preferences":{"theme":"dark"}}`)
	require.Equal(t, http.StatusOK, changed.Code)
	now := f.as(alice, http.MethodGet, "/me", "")
	assert.JSONEq(t, changed.Body.String(), now.Body.String())
	assert.NotEqual(t, first.Header().Get("Etag"), now.Header().Get("Etag"))
}

// lostProfiles changes a profile and loses the answer.
type lostProfiles struct{ *fakes }

func (l lostProfiles) ReplaceProfile(ctx context.Context, by service.Principal, d service.ProfileDraft) (service.Profile, error) {
	_, _ = l.fakes.ReplaceProfile(ctx, by, d)
	return service.Profile{}, context.DeadlineExceeded
}

func TestProfileOfALostAnswerIsForgotten(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Profiles = lostProfiles{o.Profiles.(*fakes)} })
	f.as(alice, http.MethodGet, "/me", "")
	answer := f.as(alice, http.MethodPut, "/me", `{"name":"Ada","preferences":{}}`)
	assert.Equal(t, http.StatusGatewayTimeout, answer.Code)
	assert.Equal(t, "Ada", bodyOf(t, f.as(alice, http.MethodGet, "/me", ""))["name"], "the cache shows what is stored")
}
