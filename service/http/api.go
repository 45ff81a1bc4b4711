// Package httpapi serves the API over HTTP.
//
// Every request passes, from the outside in: request id, log line, audit event, metrics and panic
// recovery (observe.go, audit.go); security headers, drain notice and body limit (guard.go); the origins of pages
// (cors.go); the router and the time limit (routes.go). Then come, for routes of users, the token,
// the user's rate limit and the scope (auth.go, scope.go), and for other routes the address's rate
// limit (ratelimit.go), except for those of health. A handler reads the request with decode.go,
// page.go, etag.go and idempotency.go, which note all faults together, and returns an error;
// problem.go alone decides how that looks to clients.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// Health makes health reports; service.Monitor is one.
type Health interface {
	Report(ctx context.Context) (service.Report, error)
}

// Recorder counts requests: Begin when one starts, End with the same request's record.
type Recorder interface {
	Begin()
	End(ctx context.Context, record service.RequestRecord)
}

// Options is what the API needs. Nothing in it is optional.
type Options struct {
	Health      Health
	Recorder    Recorder
	Log         *slog.Logger
	Audit       service.Auditor
	Build       service.BuildInfo
	Environment string
	Started     time.Time // start of the process
	Limits      Limits
	RateLimit   RateLimit
	Features    service.Features

	Auth     service.Authenticator
	Limiter  service.RateLimiter // of users
	Observer service.Observer
	Realtime Realtime
	// AllowedOrigins are of the pages that may use the API from a browser, such as
	// "https://app.example.com".
	AllowedOrigins []string

	Trips        service.Trips
	Itineraries  service.Itineraries
	Chats        service.Chats
	Destinations service.Destinations
	Memories     service.Memories
	Embedder     service.Embedder
	Profiles     service.Profiles
	APIKeys      service.APIKeys
	Sealer       service.Sealer
	Cache        service.Cache
}

// API is the HTTP handler of the service.
type API struct {
	Options
	handler  http.Handler
	limiter  *limiter // of addresses
	origins  map[string]bool
	draining atomic.Bool
}

// New returns the API with all of its routes.
func New(options Options) *API {
	api := &API{Options: options, limiter: newLimiter(options.RateLimit.PerMinute), origins: map[string]bool{}}
	for _, origin := range options.AllowedOrigins {
		api.origins[origin] = true
	}
	api.handler = api.chain(api.routes())
	return api
}

// chain puts the protection that every route gets around the routes.
func (a *API) chain(routes []route) http.Handler {
	return a.observe(a.guard(a.cors(a.router(routes))))
}

// ServeHTTP serves one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Drain makes readiness fail and asks clients, answer by answer, to close their connections.
// Requests are still served. There is no way back.
func (a *API) Drain() { a.draining.Store(true) }
