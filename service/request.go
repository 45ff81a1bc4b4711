package service

import (
	"context"
	"time"
)

type requestIDKey struct{}

// WithRequestID returns a context that carries the id of the request being served.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the id of the request being served, or "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// RequestRecord is what remains of a finished request: nothing in it comes from the client
// unchecked, so it is safe as metric labels and in logs.
type RequestRecord struct {
	Method   string // a standard HTTP method, or "OTHER"
	Route    string // the route's pattern such as "/trips/{id}", never the path that was asked for
	Status   int
	Duration time.Duration
	Bytes    int64 // response body bytes
}
