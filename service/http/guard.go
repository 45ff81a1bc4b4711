package httpapi

import (
	"context"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// guard sets the security headers and enforces the limits of time and body size.
func (a *API) guard(next http.Handler) http.Handler {
	limit := a.Limits.MaxBodyBytes
	limited := http.MaxBytesHandler(next, limit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSecurityHeaders(w.Header())
		if a.draining.Load() {
			// The client's next connection goes to another pod. Closing idle connections instead
			// would race with requests that are on their way.
			w.Header().Set("Connection", "close")
		}
		if r.ContentLength > limit {
			writeError(w, r, &service.Error{Code: service.CodeBodyTooLarge})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), a.Limits.RequestTimeout)
		defer cancel()
		limited.ServeHTTP(w, r.WithContext(ctx))
	})
}

// setSecurityHeaders is for an API that serves data and never a page. Strict-Transport-Security
// is the business of the edge, where TLS ends.
func setSecurityHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}
