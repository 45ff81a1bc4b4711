package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// endpoint answers one request. An error that it returns before it has written anything becomes
// a problem document.
type endpoint func(w http.ResponseWriter, r *http.Request) error

// handler answers one request of a user. The router has checked the token, the scope and the
// user's rate limit before.
type handler func(w http.ResponseWriter, r *http.Request, by service.Principal) error

// route is one method of one path pattern. It has either serve, for everybody, or handle, for
// users with a good token.
type route struct {
	method  string
	pattern string // as in net/http's ServeMux, without method
	serve   endpoint
	handle  handler
	scope   service.Scope // what the token must allow, for handle; "" is nothing beyond being good
	probe   bool          // asked every few seconds by machines: a good answer is logged at debug level
	free    bool          // serve is not counted against the address's rate limit
	untimed bool          // serve bounds its own time
	// audit is the administrative action that the route is, or "", and object the kind of what it is about.
	audit  service.AuditAction
	object string
}

func (a *API) routes() []route {
	return append(a.resourceRoutes(), []route{
		{method: http.MethodGet, pattern: "/health", serve: a.live, probe: true, free: true},
		{method: http.MethodGet, pattern: "/health/ready", serve: a.ready, probe: true, free: true},
		{method: http.MethodGet, pattern: "/health/detailed", serve: a.detailed, free: true},
		{method: http.MethodGet, pattern: "/version", serve: a.version},
		{method: http.MethodGet, pattern: "/ws", serve: a.socket, free: true, untimed: true},
	}...)
}

// notFoundRoute is the route label of everything that has no route.
const notFoundRoute = "not_found"

// router serves the routes, and problem documents for paths and methods that have none. Guessing
// paths is limited too.
func (a *API) router(routes []route) http.Handler {
	mux := http.NewServeMux()
	// What mux has no method for. In one mux "/memory/search", of any method, and "DELETE /memory/{id}"
	// would each be more specific than the other.
	others := http.NewServeMux()
	methods := map[string][]string{}
	for _, rt := range routes {
		mux.Handle(rt.method+" "+rt.pattern, labelled(rt.pattern, rt.probe, a.protected(rt)))
		methods[rt.pattern] = append(methods[rt.pattern], rt.method)
		if rt.method == http.MethodGet {
			methods[rt.pattern] = append(methods[rt.pattern], http.MethodHead) // ServeMux adds it
		}
	}
	for pattern, allowed := range methods {
		slices.Sort(allowed)
		allow := strings.Join(append(allowed, http.MethodOptions), ", ")
		mux.Handle(http.MethodOptions+" "+pattern, labelled(pattern, false, a.preflight(allow)))
		others.Handle(pattern, labelled(pattern, false, a.limited(methodNotAllowed(allow))))
	}
	others.Handle("/", labelled(notFoundRoute, false, a.limited(notFound)))
	mux.Handle("/", others)
	return mux
}

// protected puts around a route's endpoint what the route asks for.
func (a *API) protected(rt route) endpoint {
	serve := rt.serve
	switch {
	case rt.handle != nil:
		serve = a.admitted(rt.scope, rt.handle)
	case !rt.free:
		serve = a.limited(serve)
	}
	if !rt.untimed {
		serve = a.timed(serve)
	}
	if rt.audit != "" {
		serve = audited(rt, serve)
	}
	return serve
}

// timed ends the endpoint's context after the time that a request may take.
func (a *API) timed(next endpoint) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), a.Limits.RequestTimeout)
		defer cancel()
		return next(w, r.WithContext(ctx))
	}
}

// labelled tells the observer which route serves the request, and turns the endpoint's error
// into an answer.
func labelled(name string, probe bool, serve endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen := observationOf(r); seen != nil {
			seen.route, seen.probe = name, probe
		}
		if err := serve(w, r); err != nil {
			writeError(w, r, err)
		}
	})
}

func notFound(http.ResponseWriter, *http.Request) error {
	return &service.Error{Code: service.CodeNotFound}
}

func methodNotAllowed(allow string) endpoint {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", allow)
		return &service.Error{Code: service.CodeMethodNotAllowed}
	}
}
