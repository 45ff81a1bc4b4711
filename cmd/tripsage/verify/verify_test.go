package verify_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
)

var update = flag.Bool("update", false, "write the golden files")

func digest(letter string) string { return "sha256:" + strings.Repeat(letter, 64) }

// whole has everything that a check may want.
func whole(a *api, url string) verify.Options {
	return verify.Options{
		URL: url, Token: goodToken, Image: "r.io/api@" + digest("a"), Requests: 5,
		Budgets: verify.Budgets{API: 50 * time.Millisecond, Vector: 50 * time.Millisecond, Realtime: 100 * time.Millisecond},
		Cluster: inside{
			api: a, images: map[string]string{"one": "r.io/api@" + digest("a"), "two": "mirror.io/api@" + digest("a")},
			schema: map[string]string{"20261126_01": "applied", "20261126_02": "applied"},
		},
	}
}

func failures(r verify.Report) []string {
	var names []string
	for _, c := range r.Checks {
		if c.Status == verify.Failed {
			names = append(names, c.Group+", "+c.Name+": "+c.Measured)
		}
	}
	return names
}

// Every fault is found by the check that is there for it, and by no other one.
func TestEachFaultIsFound(t *testing.T) {
	frontend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/protected":
			w.WriteHeader(http.StatusUnauthorized)
		case "/json":
			answer(w, http.StatusOK, `{}`)
		case "/elsewhere":
			http.Redirect(w, r, "https://example.com/", http.StatusFound)
		case "/home":
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
	}))
	t.Cleanup(frontend.Close)
	with := func(change func(*verify.Options, *inside)) func(*verify.Options) {
		return func(o *verify.Options) {
			in := o.Cluster.(inside)
			change(o, &in)
			o.Cluster = in
		}
	}
	for fault, row := range map[string]struct {
		options func(*verify.Options)
		found   []string // beginnings, in order
	}{
		"":                       {},
		"GET /health":            {found: []string{"health, GET /health: 500"}},
		"not ready":              {found: []string{"health, GET /health/ready: 503"}},
		"degraded":               {found: []string{"health, GET /health/detailed: degraded: cache is down dependency_down"}},
		"another program":        {found: []string{"release, GET /version: a body that is not the JSON"}},
		"a proxy takes a header": {found: []string{`security, headers: X-Frame-Options of /no-such-address is ""`}},
		"anybody may read":       {found: []string{"security, no token: 200: anybody may read"}},
		"no challenge":           {found: []string{"security, no token: 401 without"}},
		"forged tokens are good": {found: []string{"security, forged token: 200: anybody can"}},
		"GET /chat/sessions":     {found: []string{"addresses, GET /chat/sessions: 500"}},
		"POST /memory/search":    {found: []string{"addresses, POST /memory/search: 500", "latency, POST /memory/search: 500"}},
		"another body":           {found: []string{"addresses, GET /keys: a body without items"}},
		"slow":                   {found: []string{"latency, GET /trips: p95 6"}},
		"limited":                {},
		"GET /ws":                {found: []string{"realtime, GET /ws: 500 Internal Server Error instead of a websocket"}},
		"POST /trips":            {found: []string{"realtime, GET /ws: 500"}},
		"nobody is told":         {found: []string{"realtime, GET /ws: no word"}},
		"told late":              {found: []string{"realtime, GET /ws: after 2"}},
		"nothing is deleted":     {found: []string{"realtime, GET /ws: it works, but the trip that was made for it is still there"}},
		"no cache":               {found: []string{"cache, the same search twice: 0 hits before and 0 after"}},
		"a pod goes meanwhile": {options: with(func(_ *verify.Options, in *inside) {
			reads := 0
			in.scaled = func(hits map[string]float64) {
				if reads++; reads == 1 {
					hits["two"] = 1000
				}
			}
		})},
		"no cache, and a pod comes": {
			options: with(func(_ *verify.Options, in *inside) {
				reads := 0
				in.scaled = func(hits map[string]float64) {
					hits["one"] = 5
					if reads++; reads > 1 {
						hits["two"] = 1000
					}
				}
			}),
			found: []string{"cache, the same search twice: 5 hits before and 5 after"},
		},
		"another image": {
			options: with(func(o *verify.Options, _ *inside) { o.Image = "r.io/api@" + digest("b") }), found: []string{"release, image: map[one:"},
		},
		"two images": {
			options: with(func(_ *verify.Options, in *inside) {
				in.images = map[string]string{"one": "a@" + digest("a"), "two": "a@" + digest("b")}
			}),
			found: []string{"release, image: map[one:"},
		},
		"no pods": {options: with(func(_ *verify.Options, in *inside) { in.images = nil }), found: []string{"release, image: no pod serves"}},
		"pending": {
			options: with(func(_ *verify.Options, in *inside) { in.schema = map[string]string{"1": "applied", "2": "pending"} }),
			found:   []string{"release, schema: 2 is pending"},
		},
		"a later schema": {options: with(func(_ *verify.Options, in *inside) { in.schema["3"] = "unknown" })},
		"no cluster": {
			options: with(func(_ *verify.Options, in *inside) { in.err = errNoCluster }),
			found:   []string{"release, image: forbidden", "release, schema: forbidden", "cache, the same search twice: forbidden"},
		},
		"frontend":            {options: func(o *verify.Options) { o.Frontend = frontend.URL }},
		"frontend leads on":   {options: func(o *verify.Options) { o.Frontend = frontend.URL + "/home" }},
		"frontend leads away": {options: func(o *verify.Options) { o.Frontend = frontend.URL + "/elsewhere" }, found: []string{"frontend, GET " + frontend.URL + "/elsewhere: 302 to https://example.com/"}},
		"frontend is closed":  {options: func(o *verify.Options) { o.Frontend = frontend.URL + "/protected" }, found: []string{"frontend, GET " + frontend.URL + "/protected: 401"}},
		"frontend is no page": {options: func(o *verify.Options) { o.Frontend = frontend.URL + "/json" }, found: []string{"frontend, GET " + frontend.URL + "/json: 200 application/json"}},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			a, url := start(t, fault)
			options := whole(a, url)
			if row.options != nil {
				row.options(&options)
			}
			report, err := verify.Run(t.Context(), options)
			require.NoError(t, err)
			found := failures(report)
			require.Len(t, found, len(row.found), "%v", found)
			for n, want := range row.found {
				assert.True(t, strings.HasPrefix(found[n], want), "%q\nwants %q", found[n], want)
			}
			assert.Equal(t, len(row.found) > 0, report.Err() != nil)
			for _, c := range report.Checks {
				assert.NotEmpty(t, c.Expected, c.Name)
				assert.NotEmpty(t, c.Measured, c.Name)
				if c.Status == verify.Failed {
					assert.NotEmpty(t, c.Fix, c.Name)
					assert.ErrorContains(t, report.Err(), c.Measured)
				}
			}
			assert.Zero(t, report.Count(verify.Skipped))
			if fault != "nothing is deleted" {
				assert.Empty(t, a.trips, "nothing is left")
			}
		})
	}
}

// Without a token and a cluster the rest is still tried, and what is not says why.
func TestSkippedIsSaid(t *testing.T) {
	_, url := start(t, "")
	options := verify.Options{URL: url + "/", NoToken: "give one with --token-file", NoCluster: "set KUBECONFIG", Budgets: verify.GuideBudgets(), Requests: 1}
	report, err := verify.Run(t.Context(), options)
	require.NoError(t, err)
	require.NoError(t, report.Err())
	assert.Equal(t, 12, report.Count(verify.Skipped))
	assert.Equal(t, 7, report.Count(verify.OK))
	for _, c := range report.Checks {
		if c.Status == verify.Skipped {
			assert.Contains(t, []string{options.NoToken, options.NoCluster}, c.Fix, c.Name)
		}
	}
	strict := report.Strict()
	assert.Equal(t, 12, strict.Count(verify.Failed))
	require.ErrorContains(t, strict.Err(), "12 of 19 checks failed")
	require.ErrorContains(t, strict.Err(), "skipped, and --strict allows none: there is no token")
	assert.Zero(t, report.Count(verify.Failed), "the report itself is as it was")
}

// Each request of it, the websocket's too, asks for the track.
func TestHeaderLeadsToATrack(t *testing.T) {
	a, url := start(t, "")
	options := whole(a, url)
	options.Header = http.Header{"X-Tripsage-Track": {"green"}}
	report, err := verify.Run(t.Context(), options)
	require.NoError(t, err)
	require.NoError(t, report.Err())
	assert.Equal(t, map[string]bool{"green": true}, a.tracks)
}

// A connection that just breaks is one of those that operators look for.
func TestTheWebsocketEndsWithAFarewell(t *testing.T) {
	a, url := start(t, "")
	report, err := verify.Run(t.Context(), whole(a, url))
	require.NoError(t, err)
	require.NoError(t, report.Err())
	assert.Equal(t, websocket.StatusNormalClosure, <-a.farewells)
}

func TestBadOptions(t *testing.T) {
	_, err := verify.Run(t.Context(), verify.Options{URL: "api.example.com", Frontend: "https://u:p@x/", Budgets: verify.Budgets{API: time.Second, Vector: -1, Realtime: 1}})
	for _, want := range []string{`--url "api.example.com": expected an address`, "--frontend-url", "--requests 0: expected 1 to 1000", "--budget vector=-1ns"} {
		require.ErrorContains(t, err, want)
	}
}

func TestNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	report, err := verify.Run(t.Context(), verify.Options{URL: server.URL, Token: "x", NoCluster: "no", Budgets: verify.GuideBudgets(), Requests: 1})
	require.NoError(t, err)
	assert.Zero(t, report.Count(verify.OK))
	assert.NotContains(t, report.Err().Error(), "Bearer")
}

// sample is a report that does not depend on the clock.
func sample() verify.Report {
	check := func(group, name string, status verify.Status, measured, fix string) verify.Check {
		return verify.Check{Group: group, Name: name, Status: status, Measured: measured, Expected: "200", Fix: fix, Took: 1500 * time.Millisecond}
	}
	return verify.Report{URL: "https://api.example.com", Began: time.Date(2026, 11, 26, 6, 0, 0, 0, time.UTC), Checks: []verify.Check{
		check("health", "GET /health", verify.OK, "200 in 2ms", ""),
		check("health", "GET /health/ready", verify.Failed, "503 <not> \x1b[31mready", "see the log"),
		check("addresses", "GET /trips", verify.Skipped, "there is no token", "give one"),
	}}
}

func TestOutputs(t *testing.T) {
	var text, junit bytes.Buffer
	sample().Print(&text, func(s verify.Status) string { return string(s) })
	require.NoError(t, sample().JUnit(&junit, "staging"))
	golden(t, "checklist.txt", text.Bytes())
	golden(t, "junit.xml", junit.Bytes())
	encoded, err := json.MarshalIndent(sample(), "", "  ")
	require.NoError(t, err)
	golden(t, "report.json", append(encoded, '\n'))

	var read struct {
		Suite struct {
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(junit.Bytes(), &read))
	require.Len(t, read.Suite.Cases, 3)
	assert.Nil(t, read.Suite.Cases[0].Failure)
	assert.NotNil(t, read.Suite.Cases[1].Failure)
	assert.NotNil(t, read.Suite.Cases[2].Skipped)
	assert.False(t, slices.Contains(text.Bytes(), 0x1b))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
