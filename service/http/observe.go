package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// observation is what the observer knows about a request, most of it from inner handlers.
type observation struct {
	answer *response
	route  string
	probe  bool
	code   service.Code
	err    error
	audit  *service.AuditEvent // of an administrative route
}

type observationKey struct{}

func observationOf(r *http.Request) *observation {
	seen, _ := r.Context().Value(observationKey{}).(*observation)
	return seen
}

// observe gives each request an id, a log line, metrics, and an answer even after a panic. The
// request that it is called with gets the route's pattern, for whoever watches from outside.
//
// A websocket's request ends, for the metrics and its log line, with the upgrade: its duration is
// that of a handshake. What comes after is for whoever serves the socket to count.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, given *http.Request) {
		start := time.Now()
		a.Recorder.Begin()
		id := requestID(given.Header)
		w.Header().Set(requestIDHeader, id)
		answer := &response{ResponseWriter: w}
		seen := &observation{answer: answer, route: notFoundRoute}
		ctx := context.WithValue(service.WithRequestID(given.Context(), id), observationKey{}, seen)
		r := given.WithContext(ctx)
		answer.upgraded = func() { a.finish(r, seen, start) }

		abort := a.serveSafely(next, answer, r)
		given.Pattern = seen.route
		if answer.status == http.StatusSwitchingProtocols {
			return // finished already
		}
		if answer.status == 0 {
			answer.status = http.StatusOK // net/http writes it when the handler returns
		}
		a.finish(r, seen, start)
		if abort {
			panic(http.ErrAbortHandler) // net/http closes the connection without a word
		}
	})
}

// finish counts and logs a request whose answer is known.
func (a *API) finish(r *http.Request, seen *observation, start time.Time) {
	record := service.RequestRecord{
		Method: methodLabel(r.Method), Route: seen.route, Status: seen.answer.status,
		Duration: time.Since(start), Bytes: seen.answer.bytes,
	}
	a.Recorder.End(r.Context(), record)
	a.logRequest(r.Context(), record, seen)
	a.tellAuditor(r, seen)
}

// serveSafely says whether the connection must be cut: after a panic in the middle of an answer
// the client would take the half for the whole.
func (a *API) serveSafely(next http.Handler, w *response, r *http.Request) (abort bool) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			abort = true
			return
		}
		a.Log.ErrorContext(r.Context(), "panic", slog.String("panic", describePanic(p)),
			slog.String("stack", string(debug.Stack())))
		if abort = w.status != 0; !abort {
			writeError(w, r, &service.Error{Code: service.CodeInternal})
		}
	}()
	next.ServeHTTP(w, r)
	return false
}

// describePanic shows the text of Go's own panics, such as an index out of range. Any other value
// may hold what a client sent, so only its type is shown; the stack says where it came from.
func describePanic(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("value of type %T", p)
}

// logRequest writes no path, query, address or header: they can hold tokens and personal data.
func (a *API) logRequest(ctx context.Context, record service.RequestRecord, seen *observation) {
	level := slog.LevelInfo
	switch {
	case record.Status >= http.StatusInternalServerError && !seen.probe:
		level = slog.LevelError
	case record.Status >= http.StatusInternalServerError:
		level = slog.LevelWarn // the change of a dependency is logged on its own
	case seen.probe:
		level = slog.LevelDebug
	}
	if !a.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", record.Method),
		slog.String("route", record.Route),
		slog.Int("status", record.Status),
		slog.Float64("duration_ms", milliseconds(record.Duration)),
		slog.Int64("bytes", record.Bytes),
	}
	if seen.code != "" {
		attrs = append(attrs, slog.String("code", string(seen.code)))
	}
	if level == slog.LevelError && seen.err != nil {
		attrs = append(attrs, slog.String("error", seen.err.Error()))
	}
	a.Log.LogAttrs(ctx, level, "request", attrs...)
}

// milliseconds keeps microseconds, enough for any reader.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// methodLabel keeps clients from making up new label values.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	default:
		return "OTHER"
	}
}
