package sticky_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/sticky"
)

// pull is a pull request whose comments a server keeps.
type pull struct {
	comments []map[string]any
	calls    []string
}

func (p *pull) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.calls = append(p.calls, r.Method+" "+r.URL.Path)
	if r.Header.Get("Authorization") != "Bearer token" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"Bad credentials"}`)
		return
	}
	var given map[string]any
	_ = json.NewDecoder(r.Body).Decode(&given)
	switch r.Method {
	case http.MethodGet:
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		from := min((page-1)*100, len(p.comments))
		_ = json.NewEncoder(w).Encode(p.comments[from:min(from+100, len(p.comments))])
	case http.MethodPost:
		p.comments = append(p.comments, map[string]any{"id": len(p.comments) + 1, "body": given["body"]})
		w.WriteHeader(http.StatusCreated)
	case http.MethodPatch:
		id, _ := strconv.Atoi(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
		p.comments[id-1]["body"] = given["body"]
	}
}

func comment(t *testing.T, p *pull) sticky.Comment {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return sticky.Comment{
		API: server.URL + "/", Repository: "tripsage/infra", Pull: 7, Name: "preview-staging", Token: "token", Client: server.Client(),
	}
}

func TestOneCommentEach(t *testing.T) {
	p := &pull{}
	for i := range 150 { // so that ours is on the second page
		p.comments = append(p.comments, map[string]any{"id": i + 1, "body": "a person's <!-- tripsage:preview-staging -->"})
	}
	staging := comment(t, p)
	production := staging
	production.Name = "preview-production"
	require.NoError(t, staging.Put(t.Context(), "first"))
	require.NoError(t, production.Put(t.Context(), "other"))
	require.NoError(t, staging.Put(t.Context(), "second"))
	require.Len(t, p.comments, 152)
	assert.Equal(t, "<!-- tripsage:preview-staging -->\nsecond", p.comments[150]["body"])
	assert.Equal(t, "<!-- tripsage:preview-production -->\nother", p.comments[151]["body"])
	assert.Equal(t, "PATCH /repos/tripsage/infra/issues/comments/151", p.calls[len(p.calls)-1])
}

func TestALongTextIsCut(t *testing.T) {
	p := &pull{}
	require.NoError(t, comment(t, p).Put(t.Context(), strings.Repeat("ü", 60000)))
	body := p.comments[0]["body"].(string)
	assert.Less(t, len(body), 65536)
	assert.True(t, strings.HasSuffix(body, "cut: the whole is in the job's log."))
}

func TestFaults(t *testing.T) {
	err := sticky.Comment{Name: "a b"}.Put(t.Context(), "")
	for _, want := range []string{`--name "a b"`, "--pull 0", `GITHUB_REPOSITORY is ""`, "GITHUB_TOKEN is not set"} {
		assert.ErrorContains(t, err, want)
	}
	refused := comment(t, &pull{})
	refused.Token = "wrong"
	err = refused.Put(t.Context(), "x")
	require.ErrorContains(t, err, "401 Unauthorized Bad credentials")
	assert.NotContains(t, err.Error(), "wrong")
}
