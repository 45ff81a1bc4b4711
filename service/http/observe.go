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

// observation is what inner handlers tell the observer about a request.
type observation struct {
	route string
	probe bool
	code  service.Code
	err   error
}

type observationKey struct{}

func observationOf(r *http.Request) *observation {
	seen, _ := r.Context().Value(observationKey{}).(*observation)
	return seen
}

// observe gives each request an id, a log line, metrics, and an answer even after a panic.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		a.Recorder.Begin()
		id := requestID(r.Header)
		w.Header().Set(requestIDHeader, id)
		seen := &observation{route: notFoundRoute}
		ctx := context.WithValue(service.WithRequestID(r.Context(), id), observationKey{}, seen)
		r = r.WithContext(ctx)
		answer := &response{ResponseWriter: w}

		abort := a.serveSafely(next, answer, r)
		if answer.status == 0 {
			answer.status = http.StatusOK // net/http writes it when the handler returns
		}
		record := service.RequestRecord{
			Method: methodLabel(r.Method), Route: seen.route, Status: answer.status,
			Duration: time.Since(start), Bytes: answer.bytes,
		}
		a.Recorder.End(record)
		a.logRequest(ctx, record, seen)
		if abort {
			panic(http.ErrAbortHandler) // net/http closes the connection without a word
		}
	})
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
