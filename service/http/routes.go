package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// endpoint answers one request. An error that it returns before it has written anything becomes
// a problem document.
type endpoint func(w http.ResponseWriter, r *http.Request) error

// route is one method of one path pattern.
type route struct {
	method  string
	pattern string // as in net/http's ServeMux, without method
	serve   endpoint
	probe   bool // asked every few seconds by machines: a good answer is logged at debug level
	free    bool // not counted against the client's rate limit
}

func (a *API) routes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/health", serve: a.live, probe: true, free: true},
		{method: http.MethodGet, pattern: "/health/ready", serve: a.ready, probe: true, free: true},
		{method: http.MethodGet, pattern: "/health/detailed", serve: a.detailed, free: true},
		{method: http.MethodGet, pattern: "/version", serve: a.version},
	}
}

// notFoundRoute is the route label of everything that has no route.
const notFoundRoute = "not_found"

// newRouter serves the routes, and problem documents for paths and methods that have none. limited
// goes around every endpoint that is not free, so that guessing paths is limited too.
func newRouter(routes []route, limited func(endpoint) endpoint) http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, rt := range routes {
		serve := rt.serve
		if !rt.free {
			serve = limited(serve)
		}
		mux.Handle(rt.method+" "+rt.pattern, labelled(rt.pattern, rt.probe, serve))
		methods[rt.pattern] = append(methods[rt.pattern], rt.method)
		if rt.method == http.MethodGet {
			methods[rt.pattern] = append(methods[rt.pattern], http.MethodHead) // ServeMux adds it
		}
	}
	for pattern, allowed := range methods {
		slices.Sort(allowed)
		mux.Handle(pattern, labelled(pattern, false, limited(methodNotAllowed(strings.Join(allowed, ", ")))))
	}
	mux.Handle("/", labelled(notFoundRoute, false, limited(notFound)))
	return mux
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
