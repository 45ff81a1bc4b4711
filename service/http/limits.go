package httpapi

import (
	"log"
	"net/http"
	"time"
)

// Limits bounds what one client can take from the server.
type Limits struct {
	ReadHeaderTimeout time.Duration // request line and headers
	ReadTimeout       time.Duration // the whole request, body included
	RequestTimeout    time.Duration // the handler's context
	WriteTimeout      time.Duration // from the end of the headers to the end of the answer
	IdleTimeout       time.Duration // between two requests of one connection
	MaxHeaderBytes    int           // request line and headers; net/http adds 4096 of its own
	MaxBodyBytes      int64         // request body
}

// DefaultLimits returns the limits that the service runs with. RequestTimeout is the shortest of
// the three that cover a handler, so that a slow request ends with an answer and not with a cut
// connection, and it is below the default SHUTDOWN_TIMEOUT, so that no request is cut at shutdown.
func DefaultLimits() Limits {
	return Limits{
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		RequestTimeout:    10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       75 * time.Second, // longer than the 60 s of usual load balancers, so they close first
		MaxHeaderBytes:    16 << 10,
		MaxBodyBytes:      1 << 20,
	}
}

// NewServer returns a server for handler with these limits.
func (l Limits) NewServer(handler http.Handler, errorLog *log.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: l.ReadHeaderTimeout,
		ReadTimeout:       l.ReadTimeout,
		WriteTimeout:      l.WriteTimeout,
		IdleTimeout:       l.IdleTimeout,
		MaxHeaderBytes:    l.MaxHeaderBytes,
		ErrorLog:          errorLog,
	}
}
