package datadog_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives/datadog"
)

// fake is Datadog's API as far as load.sh uses it: it takes what it knows
// strictly, and gives ids.
type fake struct {
	t     *testing.T
	named map[string]string // "slo TripSage: Latency": id
	bodies,
	calls []string
	refuse string // a method and a path
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")[0]
	f.calls = append(f.calls, r.Method+" "+kind)
	if r.Header.Get("DD-API-KEY") != "key-1" || r.Header.Get("DD-APPLICATION-KEY") != "key-2" || r.Method+" "+r.URL.Path == f.refuse {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprint(w, `{"errors":["Forbidden"]}`)
		return
	}
	if r.Method == http.MethodGet {
		f.list(w, r, kind)
		return
	}
	name, body := f.read(r, kind)
	f.bodies = append(f.bodies, body)
	id, known := f.named[kind+" "+name]
	if r.Method == http.MethodPut {
		assert.Equal(f.t, "/api/v1/"+kind+"/"+id, r.URL.Path)
	} else {
		assert.False(f.t, known, "%s %s is made twice", kind, name)
		id = fmt.Sprintf("%s-%d", kind, len(f.named)+1)
		f.named[kind+" "+name] = id
	}
	if kind == "slo" {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": []any{map[string]any{"id": id}}})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id})
}

// read refuses unknown fields, and gives the name.
func (f *fake) read(r *http.Request, kind string) (name, body string) {
	var slo datadog.SLO
	var monitor datadog.Monitor
	var dashboard datadog.Dashboard
	value := map[string]any{"slo": &slo, "monitor": &monitor, "dashboard": &dashboard}[kind]
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	assert.NoError(f.t, decoder.Decode(value))
	text, err := json.Marshal(value)
	assert.NoError(f.t, err)
	return slo.Name + monitor.Name + dashboard.Title, string(text)
}

func (f *fake) list(w http.ResponseWriter, r *http.Request, kind string) {
	var all []map[string]string
	for name, id := range f.named {
		if rest, ok := strings.CutPrefix(name, kind+" "); ok {
			all = append(all, map[string]string{"id": id, "name": rest, "title": rest})
		}
	}
	if all == nil {
		all = []map[string]string{}
	}
	var answer any = all
	switch kind {
	case "slo":
		assert.Equal(f.t, datadog.Tag, r.URL.Query().Get("tags_query"))
		answer = map[string]any{"data": all}
	case "dashboard":
		answer = map[string]any{"dashboards": all}
	default:
		assert.Equal(f.t, datadog.Tag, r.URL.Query().Get("monitor_tags"))
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func load(t *testing.T, url, headers string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "headers")
	require.NoError(t, os.WriteFile(file, []byte(headers), 0o600))
	cmd := exec.CommandContext(t.Context(), "../../deploy/datadog/load.sh", file) // #nosec G204 -- our own
	cmd.Env = append(os.Environ(), "DD_URL="+url, "NO_PROXY=127.0.0.1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

const keys = "DD-API-KEY: key-1\nDD-APPLICATION-KEY: key-2\n"

func TestLoadingCreatesThenChanges(t *testing.T) {
	api := &fake{t: t, named: map[string]string{}}
	server := httptest.NewServer(api)
	defer server.Close()
	out, err := load(t, server.URL, keys)
	require.NoError(t, err, out)
	list, err := datadog.Monitors(runbooks)
	require.NoError(t, err)
	assert.Len(t, api.named, 5+len(list)+5)
	assert.NotContains(t, out, "key-1")
	burns := 0
	for _, body := range api.bodies {
		assert.NotContains(t, body, "@slo:", "an objective's id is missing")
		for name, id := range api.named {
			if strings.HasPrefix(name, "slo ") && strings.Contains(body, `burn_rate(\"`+id+`\")`) {
				assert.Contains(t, body, strings.TrimPrefix(name, "slo ")+" burns ")
				burns++
			}
		}
	}
	assert.Equal(t, 15, burns)

	before := len(api.named)
	api.calls, api.bodies = nil, nil
	out, err = load(t, server.URL, keys)
	require.NoError(t, err, out)
	assert.Len(t, api.named, before)
	assert.Equal(t, before, strings.Count(strings.Join(api.calls, "\n"), "PUT"))
	assert.NotContains(t, strings.Join(api.calls, "\n"), "POST")
	assert.NotContains(t, strings.Join(api.bodies, ""), "@slo:")
}

func TestLoadingEndsAtTheFirstRefusal(t *testing.T) {
	api := &fake{t: t, named: map[string]string{}}
	server := httptest.NewServer(api)
	defer server.Close()
	out, err := load(t, server.URL, "DD-API-KEY: wrong\nDD-APPLICATION-KEY: key-2\n")
	require.Error(t, err)
	assert.Contains(t, out, `load.sh: GET /slo?limit=1000&tags_query=source%3Atripsage-objectives: HTTP 403: {"errors":["Forbidden"]}`)
	assert.Len(t, api.calls, 1)

	api.calls, api.refuse = nil, "POST /api/v1/monitor"
	out, err = load(t, server.URL, keys)
	require.Error(t, err)
	assert.Contains(t, out, `load.sh: POST /monitor: HTTP 403: {"errors":["Forbidden"]}`)
	assert.Equal(t, "POST monitor", api.calls[len(api.calls)-1], "nothing is tried after it")

	out, err = load(t, server.URL, "DD-API-KEY: key-1\n")
	require.Error(t, err)
	assert.Contains(t, out, `expected a line "DD-APPLICATION-KEY: ..."`)
}
