package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// echoSocket sends back one message, tells what it was given, and returns end.
func echoSocket(seen chan<- *http.Request, end error) Realtime {
	return realtimeFunc(func(w http.ResponseWriter, r *http.Request, by service.Principal) error {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return err
		}
		defer func() { _ = conn.CloseNow() }()
		seen <- r
		_, message, err := conn.Read(r.Context())
		if err != nil {
			return err
		}
		if err := conn.Write(r.Context(), websocket.MessageText, append(message, " "+by.User...)); err != nil {
			return err
		}
		_ = conn.Close(websocket.StatusGoingAway, "draining")
		return end
	})
}

func dial(t *testing.T, url string, header http.Header) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: header}) //nolint:bodyclose // the library closes it
	require.NoError(t, err)
	return conn
}

func TestWebsocket(t *testing.T) {
	seen := make(chan *http.Request, 1)
	f := newFixture(t, func(o *Options) {
		o.Realtime = echoSocket(seen, nil)
		o.Limits.RequestTimeout = 50 * time.Millisecond
	})
	server := httptest.NewServer(f)
	defer server.Close()
	inHeader := http.Header{"Authorization": {"Bearer " + string(alice)}}
	for n, tc := range []struct {
		url    string
		header http.Header
		query  string
	}{
		{"/ws?token=" + string(alice), nil, ""},
		{"/ws?a=b&token=" + string(alice) + "&token=x", nil, "a=b"},
		{"/ws?a=b", inHeader, "a=b"},
	} {
		conn := dial(t, server.URL+tc.url, tc.header)
		given := <-seen
		assert.Equal(t, tc.query, given.URL.RawQuery, "whoever serves the socket does not see the token")
		assert.NotContains(t, given.RequestURI, "token")
		time.Sleep(2 * f.Limits.RequestTimeout)
		require.NoError(t, given.Context().Err(), "the time limit is not for sockets")
		assert.NotEmpty(t, service.RequestID(given.Context()))

		record := f.records.last(t)
		assert.Equal(t, service.RequestRecord{Method: "GET", Route: "/ws", Status: 101, Duration: record.Duration}, record,
			"it is counted when it is open, so with the time of the handshake")
		assert.Zero(t, f.records.inFlight, "an open socket is not being served")
		lines := f.lines(t, "request")
		require.Len(t, lines, n+1)
		assert.EqualValues(t, 101, lines[n]["status"])

		require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte("hello")))
		_, message, err := conn.Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "hello "+string(alice), string(message))
		_, _, err = conn.Read(t.Context())
		assert.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(err))
	}
	require.NoError(t, server.Config.Shutdown(t.Context()))
	assert.Len(t, f.records.records, 3, "nothing is counted twice")
	assert.Len(t, f.lines(t, "request"), 3)
	assert.NotContains(t, f.logs.String(), string(alice))
}

func TestWebsocketsThatAreRefused(t *testing.T) {
	var serve realtimeFunc = func(http.ResponseWriter, *http.Request, service.Principal) error {
		return &service.Error{Code: service.CodeDraining}
	}
	decision := service.RateDecision{Allowed: true, Limit: 9}
	f := newFixture(t, func(o *Options) {
		o.Realtime = realtimeFunc(func(w http.ResponseWriter, r *http.Request, by service.Principal) error { return serve(w, r, by) })
		o.Limiter = limiterFunc(func(service.UserID) service.RateDecision { return decision })
	})
	for _, tc := range []struct {
		url    string
		header []string
		status int
		code   string
	}{
		{"/ws", nil, 401, "unauthenticated"},
		{"/ws?token=", nil, 401, "unauthenticated"},
		{"/ws?token=forged", nil, 401, "unauthenticated"},
		{"/ws?token=" + string(alice), []string{"Basic x"}, 401, "unauthenticated"},
		{"/ws?token=" + string(alice), []string{"Bearer forged"}, 401, "unauthenticated"},
		{"/ws?token=" + string(alice) + "/trips:read", nil, 403, "scope_missing"},
		{"/ws?token=" + string(alice) + "/realtime", nil, 503, "draining"},
		{"/ws?token=" + string(alice), nil, 503, "draining"},
	} {
		r := httptest.NewRequest(http.MethodGet, tc.url, nil)
		r.Header["Authorization"] = tc.header
		answer := f.do(r)
		assert.Equal(t, tc.status, answer.Code, tc.url)
		assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
		assert.Equal(t, tc.code, bodyOf(t, answer)["code"])
		assert.Equal(t, tc.status, f.records.last(t).Status)
	}
	serve = func(http.ResponseWriter, *http.Request, service.Principal) error {
		return &service.Error{Code: service.CodeTooMany}
	}
	refused := f.get("/ws?token=" + string(alice))
	assert.Equal(t, http.StatusTooManyRequests, refused.Code)
	assert.Equal(t, "30", refused.Header().Get("Retry-After"))
	decision = service.RateDecision{Limit: 9, RetryAfter: 9}
	refused = f.get("/ws?token=" + string(alice))
	assert.Equal(t, http.StatusTooManyRequests, refused.Code)
	assert.Equal(t, "9", refused.Header().Get("Retry-After"))
	assert.NotContains(t, f.logs.String(), "forged")
	assert.NotContains(t, f.logs.String(), string(alice))
}

func TestAdmissionOfAWebsocketIsTimed(t *testing.T) {
	f := newFixture(t, func(o *Options) {
		o.Limits.RequestTimeout = time.Nanosecond
		o.Auth = authFunc(func(ctx context.Context, _ string) (service.Principal, error) {
			<-ctx.Done()
			return service.Principal{}, ctx.Err()
		})
	})
	assert.Equal(t, http.StatusGatewayTimeout, f.get("/ws?token=x").Code)
}

func TestWebsocketsThatEndBadly(t *testing.T) {
	seen := make(chan *http.Request, 1)
	next := echoSocket(seen, &service.Error{Code: service.CodeConnectionLost, Err: errors.New("because of s3cret")})
	f := newFixture(t, func(o *Options) {
		o.Realtime = realtimeFunc(func(w http.ResponseWriter, r *http.Request, by service.Principal) error { return next.Serve(w, r, by) })
	})
	server := httptest.NewServer(f)
	defer server.Close()
	conn := dial(t, server.URL+"/ws?token="+string(alice), nil)
	<-seen
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte("hello")))
	_, _, err := conn.Read(t.Context())
	require.NoError(t, err)
	_, _, err = conn.Read(t.Context())
	assert.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(err), "no problem document goes into a socket")

	next = realtimeFunc(func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return err
		}
		defer func() { _ = conn.CloseNow() }()
		panic("s3cret")
	})
	conn = dial(t, server.URL+"/ws?token="+string(alice), nil)
	_, _, err = conn.Read(t.Context())
	assert.ErrorIs(t, err, io.EOF)
	require.Eventually(t, func() bool { return len(f.lines(t, "panic")) == 1 }, 5*time.Second, time.Millisecond)
	assert.NotContains(t, f.logs.String(), "s3cret")
	assert.Zero(t, f.records.inFlight)
	assert.Len(t, f.records.records, 2)
}

// What an error comes after must not look complete.
func TestErrorAfterTheBeginningOfAnAnswer(t *testing.T) {
	f := newFixture(t, nil, route{method: "GET", pattern: "/half", serve: func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, strings.Repeat("x", 64<<10))
		return errors.New("half way")
	}})
	server := httptest.NewServer(f)
	defer server.Close()
	answer, err := http.Get(server.URL + "/half")
	require.NoError(t, err)
	_, err = io.ReadAll(answer.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, answer.Body.Close())
	assert.Empty(t, f.lines(t, "panic"))
}

func TestTheRouteIsThereForThoseOutside(t *testing.T) {
	f := newFixture(t, nil, whoami(""))
	for path, want := range map[string]string{"/whoami": "/whoami", "/health": "/health", "/made-up": notFoundRoute} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		f.ServeHTTP(httptest.NewRecorder(), r)
		assert.Equal(t, want, r.Pattern)
	}
}
