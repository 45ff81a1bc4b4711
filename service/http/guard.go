package httpapi

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"os"

	"github.com/tripsage/infrastructure/service"
)

// guard sets the security headers and enforces the limit of the body's size.
func (a *API) guard(next http.Handler) http.Handler {
	limit, always := a.Limits.MaxBodyBytes, securityHeaders()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), always) // their values are shared: Set and Add replace them, and nothing changes them in place
		if a.draining.Load() {
			// The client's next connection goes to another pod. Closing idle connections instead
			// would race with requests that are on their way.
			w.Header().Set("Connection", "close")
		}
		if r.ContentLength > limit {
			writeError(w, r, &service.Error{Code: service.CodeBodyTooLarge})
			return
		}
		if r.Body != http.NoBody {
			r.Body = requestBody{http.MaxBytesReader(w, r.Body, limit)}
		}
		next.ServeHTTP(w, r)
	})
}

// requestBody says what is wrong when a body cannot be read. Without it a client's slow body would
// look like a slow database: both end with a deadline.
type requestBody struct{ io.ReadCloser }

// Read returns a coded error for anything but the end of the body.
func (b requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return n, err
	case errors.As(err, &tooLarge):
		return n, &service.Error{Code: service.CodeBodyTooLarge, Err: err}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, &service.Error{Code: service.CodeBodyTooSlow, Err: err}
	default:
		return n, &service.Error{Code: service.CodeBodyIncomplete, Err: err}
	}
}

// securityHeaders are for an API that serves data and never a page. Strict-Transport-Security is the
// business of the edge, where TLS ends.
func securityHeaders() http.Header {
	h := http.Header{}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return h
}
