package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestLogLine(t *testing.T) {
	f := newFixture(t, nil)
	request := httptest.NewRequest(http.MethodGet, "/health/detailed?token=t0ken-secret&email=a@example.com", nil)
	request.Header.Set("Authorization", "Bearer t0ken-secret")
	request.Header.Set("User-Agent", "agent-of-a-person")
	request.Header.Set("X-Request-ID", "trace.1-a_B")
	answer := f.do(request)
	assert.Equal(t, "trace.1-a_B", answer.Header().Get("X-Request-Id"))

	lines := f.lines(t, "request")
	require.Len(t, lines, 1)
	line := lines[0]
	assert.Equal(t, "INFO", line["level"])
	assert.Equal(t, "trace.1-a_B", line["request_id"])
	assert.Equal(t, "GET", line["method"])
	assert.Equal(t, "/health/detailed", line["route"])
	assert.EqualValues(t, 200, line["status"])
	assert.EqualValues(t, answer.Body.Len(), line["bytes"])
	assert.GreaterOrEqual(t, line["duration_ms"], 0.0)
	for _, private := range []string{"t0ken", "example.com", "agent-of", "192.0.2.1", "?"} {
		assert.NotContains(t, f.logs.String(), private)
	}
	record := f.records.last(t)
	assert.Equal(t, "/health/detailed", record.Route)
	assert.Equal(t, 200, record.Status)
	assert.EqualValues(t, answer.Body.Len(), record.Bytes)
	assert.Zero(t, f.records.inFlight)
}

func TestLogLevels(t *testing.T) {
	broken := route{method: "GET", pattern: "/broken", serve: func(http.ResponseWriter, *http.Request) error {
		return fmt.Errorf("the reason: %w", errors.New("deep"))
	}}
	f := newFixture(t, withReport(report(downDatabase, upCache)), broken)
	for _, tc := range []struct{ path, level string }{
		{"/health", "DEBUG"}, {"/health/ready", "WARN"}, {"/health/detailed", "ERROR"}, {"/version", "INFO"},
		{"/nowhere", "INFO"}, {"/broken", "ERROR"},
	} {
		f.get(tc.path)
		lines := f.lines(t, "request")
		assert.Equal(t, tc.level, lines[len(lines)-1]["level"], tc.path)
	}
	lines := f.lines(t, "request")
	assert.Equal(t, "the reason: deep", lines[len(lines)-1]["error"], "operators see the cause")
	assert.Equal(t, "internal", lines[len(lines)-1]["code"])
}

func TestRoutesAndMethodsAreBounded(t *testing.T) {
	item := route{method: "POST", pattern: "/things/{id}", serve: func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}}
	f := newFixture(t, nil, item)
	for _, tc := range []struct {
		method, path, wantMethod, wantRoute string
		status                              int
	}{
		{"POST", "/things/42", "POST", "/things/{id}", 204},
		{"GET", "/things/42", "GET", "/things/{id}", 405},
		{"HEAD", "/health", "HEAD", "/health", 200},
		{"BREW", "/health", "OTHER", "/health", 405},
		{"GET", "/wp-admin.php", "GET", "not_found", 404},
		{"BREW", "/made-up", "OTHER", "not_found", 404},
		{"GET", "/health/", "GET", "not_found", 404},
		{"GET", "//health", "GET", "not_found", 307},
	} {
		f.do(httptest.NewRequest(tc.method, "http://x"+tc.path, nil))
		record := f.records.last(t)
		assert.Equal(t, tc.wantMethod, record.Method, "%+v", tc)
		assert.Equal(t, tc.wantRoute, record.Route, "%+v", tc)
		assert.Equal(t, tc.status, record.Status, "%+v", tc)
	}
}

func TestProblems(t *testing.T) {
	f := newFixture(t, nil)
	for _, tc := range []struct {
		method, path, allow, code, title string
		status                           int
	}{
		{"GET", "/nowhere", "", "not_found", "Not Found", 404},
		{"DELETE", "/health", "GET, HEAD, OPTIONS", "method_not_allowed", "Method Not Allowed", 405},
	} {
		answer := f.do(httptest.NewRequest(tc.method, tc.path, nil))
		assert.Equal(t, tc.status, answer.Code)
		assert.Equal(t, tc.allow, answer.Header().Get("Allow"))
		assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
		body := bodyOf(t, answer)
		assert.Equal(t, "about:blank", body["type"])
		assert.Equal(t, tc.title, body["title"])
		assert.EqualValues(t, tc.status, body["status"])
		assert.Equal(t, tc.code, body["code"])
		assert.NotEmpty(t, body["detail"])
		assert.Equal(t, answer.Header().Get("X-Request-Id"), body["request_id"])
	}
}

func TestEveryCodeHasAnAnswer(t *testing.T) {
	for code, want := range map[service.Code]int{
		service.CodeNotFound: 404, service.CodeMethodNotAllowed: 405, service.CodeRateLimited: 429, service.CodeBodyTooLarge: 413, service.CodeBodyTooSlow: 408, service.CodeBodyIncomplete: 400,
		service.CodeClientGone: 499, service.CodeTimeout: 504, service.CodePoolExhausted: 503,
		service.CodeTooManyConnections: 503, service.CodeStarting: 503, service.CodeConnectionRefused: 503,
		service.CodeConnectionLost: 503, service.CodeNameNotResolved: 503,
		service.CodeInternal: 500, service.CodeAuthenticationFailed: 503, service.CodeTLSFailed: 500,
		service.CodeInvalid: 422, service.CodeMediaType: 415, service.CodeUnauthenticated: 401, service.CodeForbidden: 403,
		service.CodeScopeMissing: 403, service.CodeConflict: 412, service.CodePreconditionMissing: 428, service.CodeKeyReused: 422,
		service.CodeReplayGone: 410, service.CodeUserUnknown: 422, service.CodeTooMany: 409, service.CodeNotConfigured: 501,
		service.CodeEmbedderDown: 503, service.CodeDependencyDown: 503, service.CodeDraining: 503, service.CodeSchemaUnknown: 503,
		service.CodeReadOnly: 503,
	} {
		status, detail := answerFor(code)
		assert.Equal(t, want, status, code)
		assert.NotEmpty(t, detail)
	}
}

func TestClientThatGoesAwayIsNoServerError(t *testing.T) {
	f := newFixture(t, nil, route{method: "GET", pattern: "/slow", serve: func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.do(httptest.NewRequest(http.MethodGet, "/slow", nil).WithContext(ctx))
	assert.Equal(t, 499, f.records.last(t).Status)
	assert.Equal(t, "INFO", f.lines(t, "request")[0]["level"])
}

func TestPanic(t *testing.T) {
	panicking := func(pattern string, value any) route {
		return route{method: "GET", pattern: pattern, serve: func(http.ResponseWriter, *http.Request) error { panic(value) }}
	}
	f := newFixture(t, nil,
		panicking("/text", "s3cret from a client"),
		route{method: "GET", pattern: "/index", serve: func(_ http.ResponseWriter, r *http.Request) error {
			_ = []int{1}[len(r.URL.Path)]
			return nil
		}})
	answer := f.get("/text")
	assert.Equal(t, http.StatusInternalServerError, answer.Code)
	body := bodyOf(t, answer)
	assert.Equal(t, "internal", body["code"])
	assert.Equal(t, answer.Header().Get("X-Request-Id"), body["request_id"])
	assert.Equal(t, "nosniff", answer.Header().Get("X-Content-Type-Options"))
	assert.NotContains(t, answer.Body.String()+f.logs.String(), "s3cret")

	f.get("/index")
	lines := f.lines(t, "panic")
	require.Len(t, lines, 2)
	assert.Equal(t, "value of type string", lines[0]["panic"])
	assert.Equal(t, body["request_id"], lines[0]["request_id"])
	assert.Contains(t, lines[0]["stack"], "observe_test.go")
	assert.Contains(t, lines[1]["panic"], "index out of range [6] with length 1")
	assert.Equal(t, 500, f.records.last(t).Status)
	assert.Zero(t, f.records.inFlight)
}

// TestPanicInTheMiddleOfAnAnswer needs a connection: the client must see that the answer is cut.
func TestPanicInTheMiddleOfAnAnswer(t *testing.T) {
	f := newFixture(t, nil,
		route{method: "GET", pattern: "/half", serve: func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, strings.Repeat("x", 64<<10))
			panic("half way")
		}},
		route{method: "GET", pattern: "/abort", serve: func(http.ResponseWriter, *http.Request) error {
			panic(http.ErrAbortHandler)
		}})
	server := httptest.NewServer(f)
	defer server.Close()
	answer, err := http.Get(server.URL + "/half")
	require.NoError(t, err)
	_, err = io.ReadAll(answer.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, answer.Body.Close())

	answer, err = http.Get(server.URL + "/abort")
	if err == nil {
		_ = answer.Body.Close()
	}
	require.Error(t, err)
	assert.Len(t, f.lines(t, "panic"), 1, "an abort is on purpose")
	assert.Len(t, f.lines(t, "request"), 2)
}

func TestResponseController(t *testing.T) {
	f := newFixture(t, nil, route{method: "GET", pattern: "/stream", serve: func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusEarlyHints)
		if _, err := io.WriteString(w, "first\n"); err != nil {
			return err
		}
		return http.NewResponseController(w).Flush()
	}})
	server := httptest.NewServer(f)
	defer server.Close()
	answer, err := http.Get(server.URL + "/stream")
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	body := bufio.NewReader(answer.Body)
	line, err := body.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "first\n", line)
	_, err = io.Copy(io.Discard, body) // the end of the answer comes after the handler's
	require.NoError(t, err)
	assert.Equal(t, 200, f.records.last(t).Status, "early hints are not the answer")
}
