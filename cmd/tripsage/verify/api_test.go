package verify_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
)

const goodToken = "the.good.token"

// api is a small stand-in for the API, with faults on demand. The end-to-end
// tests verify the real one.
type api struct {
	fault string

	mu      sync.Mutex
	trips   map[int]string
	sockets []*websocket.Conn
	hits    float64
	seen    map[string]bool
	limited bool
	// farewells are how sockets ended.
	farewells chan websocket.StatusCode
	tracks    map[string]bool // values of the header that leads to a track
}

func start(t *testing.T, fault string) (*api, string) {
	t.Helper()
	a := &api{fault: fault, trips: map[int]string{}, seen: map[string]bool{}, tracks: map[string]bool{}, farewells: make(chan websocket.StatusCode, 10)}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return a, server.URL
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.tracks[r.Header.Get("X-Tripsage-Track")] = true
	a.mu.Unlock()
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store",
	} {
		w.Header().Set(name, value)
	}
	if a.fault == "a proxy takes a header" && r.URL.Path == "/no-such-address" {
		w.Header().Del("X-Frame-Options")
	}
	if a.fault == r.Method+" "+r.URL.Path {
		answer(w, http.StatusInternalServerError, `{"code":"internal"}`)
		return
	}
	if a.open(w, r) {
		return
	}
	if !a.knows(r) {
		if a.fault != "no challenge" {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		answer(w, http.StatusUnauthorized, `{"code":"unauthenticated"}`)
		return
	}
	a.closed(w, r)
}

func (a *api) knows(r *http.Request) bool {
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return given == goodToken || (given == "" && a.fault == "anybody may read") || (given != "" && a.fault == "forged tokens are good")
}

// open are the addresses for everybody.
func (a *api) open(w http.ResponseWriter, r *http.Request) bool {
	switch r.URL.Path {
	case "/health":
		answer(w, http.StatusOK, `{"status":"up"}`)
	case "/health/ready":
		if a.fault == "not ready" {
			answer(w, http.StatusServiceUnavailable, `{"ready":false}`)
			return true
		}
		answer(w, http.StatusOK, `{"ready":true,"status":"up"}`)
	case "/health/detailed":
		if a.fault == "degraded" {
			answer(w, http.StatusOK, `{"status":"degraded","dependencies":{"cache":{"status":"down","error":"dependency_down"},"database":{"status":"up"}}}`)
			return true
		}
		answer(w, http.StatusOK, `{"status":"up","dependencies":{"cache":{"status":"up"},"database":{"status":"up"}}}`)
	case "/version":
		if a.fault == "another program" {
			answer(w, http.StatusOK, `<html>`)
			return true
		}
		answer(w, http.StatusOK, `{"version":"v1.2.3","commit":"abc"}`)
	case "/no-such-address":
		answer(w, http.StatusNotFound, `{"code":"not_found"}`)
	default:
		return false
	}
	return true
}

// closed are the addresses for users.
func (a *api) closed(w http.ResponseWriter, r *http.Request) {
	switch at := r.Method + " " + r.URL.Path; {
	case at == "GET /ws":
		a.socket(w, r)
	case at == "POST /trips":
		a.newTrip(w, r)
	case r.Method == http.MethodDelete:
		a.mu.Lock()
		defer a.mu.Unlock()
		id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/trips/"))
		if a.fault == "nothing is deleted" || a.trips[id] == "" {
			answer(w, http.StatusNotFound, `{"code":"not_found"}`)
			return
		}
		delete(a.trips, id)
		w.WriteHeader(http.StatusNoContent)
	case at == "GET /trips" && a.fault == "slow":
		time.Sleep(60 * time.Millisecond)
		answer(w, http.StatusOK, `{"items":[]}`)
	case at == "GET /trips" && a.fault == "limited" && a.once():
		w.Header().Set("Retry-After", "1")
		answer(w, http.StatusTooManyRequests, `{"code":"rate_limited"}`)
	case at == "GET /me":
		answer(w, http.StatusOK, `{"id":"x"}`)
	case at == "GET /keys" && a.fault == "another body":
		answer(w, http.StatusOK, `{"keys":[]}`)
	case at == "GET /search/destinations":
		a.search(r.URL.RawQuery)
		answer(w, http.StatusOK, `{"items":[{"name":"Lisbon"}]}`)
	default:
		answer(w, http.StatusOK, `{"items":[]}`)
	}
}

func (a *api) once() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := !a.limited
	a.limited = true
	return first
}

func (a *api) search(query string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen[query] && a.fault != "no cache" {
		a.hits++
	}
	a.seen[query] = true
}

func (a *api) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	a.mu.Lock() // whoever is greeted is told of everything after
	_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"hello","heartbeat_seconds":25}`))
	a.sockets = append(a.sockets, conn)
	a.mu.Unlock()
	_, _, err = conn.Read(context.WithoutCancel(r.Context())) // until the other end is gone
	a.farewells <- websocket.CloseStatus(err)
}

func (a *api) newTrip(w http.ResponseWriter, r *http.Request) {
	var draft struct{ Name string }
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &draft)
	a.mu.Lock()
	id := len(a.trips) + 7
	a.trips[id] = draft.Name
	sockets := a.sockets
	a.mu.Unlock()
	answer(w, http.StatusCreated, `{"id":`+strconv.Itoa(id)+`}`)
	tell := func(name string) {
		message, _ := json.Marshal(map[string]any{"type": "change", "table": "trips", "op": "insert", "record": map[string]any{"name": name}})
		for _, conn := range sockets {
			_ = conn.Write(context.Background(), websocket.MessageText, message)
		}
	}
	switch a.fault {
	case "nobody is told":
		tell("of another trip")
	case "told late":
		go func() {
			time.Sleep(250 * time.Millisecond)
			tell(draft.Name)
		}()
	default:
		tell(draft.Name)
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// inside is the cluster of an api.
type inside struct {
	*api
	images map[string]string
	schema map[string]string
	scaled func(hits map[string]float64) // the autoscaler is at work
	err    error
}

func (i inside) Images(context.Context) (map[string]string, error) { return i.images, i.err }
func (i inside) Schema(context.Context) (map[string]string, error) { return i.schema, i.err }
func (i inside) CacheHits(context.Context) (map[string]float64, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	hits := map[string]float64{"one": i.hits}
	if i.scaled != nil {
		i.scaled(hits)
	}
	return hits, i.err
}

var errNoCluster = errors.New("forbidden")

var _ verify.Cluster = inside{}
