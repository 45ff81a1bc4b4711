package httpapi

import "net/http"

// What pages of other origins may send and read, beyond what browsers allow anyway.
const (
	corsMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
	corsExposed = "ETag, Idempotency-Replayed, Location, RateLimit-Limit, RateLimit-Remaining, Retry-After, X-Request-Id"
	corsMaxAge  = "7200" // seconds, the most that browsers take
)

// cors lets pages of the allowed origins read the answers. The API knows no cookies, so it never
// allows credentials: the token is in a header that the page sets itself. To any other origin the
// answer looks as if there were no such thing as CORS.
func (a *API) cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin, ok := a.allowedOrigin(r); ok {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", corsExposed)
		}
		next.ServeHTTP(w, r)
	})
}

// allowedOrigin returns the origin of the page that asks, when it is one of ours.
func (a *API) allowedOrigin(r *http.Request) (string, bool) {
	given := r.Header["Origin"]
	if len(given) != 1 {
		return "", false
	}
	return given[0], a.origins[given[0]]
}

// preflight answers OPTIONS. Every method of the API is in the answer, so that browsers need to ask
// only once for an address.
func (a *API) preflight(allow string) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Allow", allow)
		if _, ok := a.allowedOrigin(r); ok && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", corsMaxAge)
			h.Del("Access-Control-Expose-Headers")
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}
