package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/promql"
	"github.com/tripsage/infrastructure/objectives/rules"
)

// prometheus is the address of one.
type prometheus string

// sample is one series of an answer, with its value now.
type sample struct {
	Metric map[string]string
	Value  float64
}

// query asks for what the expression is now.
func (p prometheus) query(t *testing.T, expr string) []sample {
	t.Helper()
	text, err := get(t, string(p)+"/api/v1/query?query="+url.QueryEscape(expr))
	require.NoError(t, err)
	answer := decode[struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]json.RawMessage
			}
		}
	}](t, text)
	var all []sample
	for _, one := range answer.Data.Result {
		value, err := strconv.ParseFloat(decode[string](t, string(one.Value[1])), 64)
		require.NoError(t, err)
		all = append(all, sample{one.Metric, value})
	}
	return all
}

// contract wants every series that a rule, an alert or a dashboard asks for, and
// each panel to have something to draw. There is nothing among them that a local
// stack cannot have.
func (w *watched) contract(t *testing.T) {
	require.Empty(t, w.prometheus.query(t, `up{job="nobody"}`), "what is not there is not found")
	w.exercise(t)
	ofRules, ofBoards := promql.OfRules(rules.Groups(rules.Options{Speed: speed})), promql.OfBoards(objectives.Boards())
	var all []string
	for _, e := range ofRules {
		for _, s := range selectors(t, e) {
			for _, label := range e.Labels { // an alert's texts show them
				s.Matchers = append(s.Matchers, promql.Matcher{Label: label, Op: "!=", Value: ""})
			}
			all = append(all, s.String())
		}
	}
	for _, e := range ofBoards {
		for _, s := range selectors(t, e) {
			all = append(all, s.String())
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	require.Greater(t, len(all), 60)
	eventually(t, time.Minute, func() error { // what was just done has to be scraped, and its rules evaluated
		var missing []error
		for _, selector := range all {
			if len(w.prometheus.query(t, selector)) == 0 {
				missing = append(missing, fmt.Errorf("no series %s", selector))
			}
		}
		for _, e := range ofBoards {
			missing = append(missing, w.draws(t, e))
		}
		return errors.Join(missing...)
	})
	t.Logf("%d selectors have series, %d queries of panels have data", len(all), len(ofBoards))
}

func selectors(t *testing.T, e promql.Expression) []promql.Selector {
	t.Helper()
	found, err := promql.Selectors(e.Expr)
	require.NoError(t, err, e.Owner)
	return found
}

// draws wants a figure, and each label of the legend on every curve.
func (w *watched) draws(t *testing.T, e promql.Expression) error {
	drawn := w.prometheus.query(t, strings.ReplaceAll(e.Expr, objectives.Window, "1m"))
	drawn = slices.DeleteFunc(drawn, func(s sample) bool { return math.IsNaN(s.Value) })
	if len(drawn) == 0 {
		return fmt.Errorf("%s has nothing to draw: %s", e.Owner, e.Expr)
	}
	for _, label := range e.Labels {
		if drawn[0].Metric[label] == "" {
			return fmt.Errorf("%s: the legend's %s is no label of %v", e.Owner, label, drawn[0].Metric)
		}
	}
	return nil
}

// exercise does one of everything, and some of what is refused.
func (w *watched) exercise(t *testing.T) {
	t.Helper()
	u, friend := w.user, w.friend
	conn := u.watch(t)
	friend.must(t, http.StatusOK, http.MethodPut, "/me", `{"name":"Friend","preferences":{}}`)
	u.must(t, http.StatusOK, http.MethodGet, "/me", "")
	path := u.newTrip(t, "watched")
	sees(t, conn, "insert", "watched")
	u.must(t, http.StatusOK, http.MethodPatch, path, `{"notes":"x"}`, "If-Match", "*")
	u.must(t, http.StatusOK, http.MethodPost, path+"/share", `{"user_id":"`+friend.id+`","role":"editor"}`)
	session := w.made(t, "/chat/sessions", `{"title":"Where to eat"}`)
	w.made(t, session+"/messages", `{"role":"user","content":"Hello"}`)
	memory := w.made(t, "/memory", `{"content":"Prefers window seats"}`)
	u.must(t, http.StatusOK, http.MethodPost, "/memory/search", `{"query":"seats"}`)
	u.must(t, http.StatusNoContent, http.MethodDelete, memory, "")
	u.must(t, http.StatusNoContent, http.MethodDelete, path, "")
	u.must(t, http.StatusNotFound, http.MethodGet, path, "")
	forger := u
	forger.token = u.token[:len(u.token)-8] + "AAAAAAAA"
	forger.must(t, http.StatusUnauthorized, http.MethodGet, "/trips", "")
	assert.NoError(t, conn.Close(websocket.StatusNormalClosure, ""))
}

// made creates something and returns its path.
func (w *watched) made(t *testing.T, path, body string) string {
	t.Helper()
	location := w.user.must(t, http.StatusCreated, http.MethodPost, path, body).header.Get("Location")
	require.NotEmpty(t, location)
	at, err := url.Parse(location)
	require.NoError(t, err)
	return at.Path
}

// hum is a user who does a little all the time, until the test ends, and takes
// what comes.
func hum(t *testing.T, u traveller) {
	path := u.newTrip(t, "hum")
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	requests := [][3]string{
		{http.MethodGet, "/search/destinations?q=lisbon", ""}, {http.MethodGet, path, ""}, {http.MethodGet, "/me", ""},
		{http.MethodPost, "/memory/search", `{"query":"seats"}`},
	}
	u = u.at(u.url)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
				r := requests[n%len(requests)]
				_, _ = u.send(t.Context(), r[0], r[1], r[2])
			}
		}
	}()
}
