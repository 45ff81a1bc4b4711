package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// problem is a problem document (RFC 9457). Code is for programs, Detail for people; neither
// ever holds an internal error's text.
type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Code      service.Code `json:"code"`
	Detail    string       `json:"detail"`
	RequestID string       `json:"request_id"`
	// Errors are the faults of a request with CodeInvalid.
	Errors []service.FieldFault `json:"errors,omitempty"`
}

// statusClientGone is what nginx logs for it. There is no standard status, and it must not count
// as an error of the server.
const statusClientGone = 499

// retrySoon is when to try again what failed for a reason that passes by itself, in seconds. Another
// process may do it at once; who still fails then should wait longer each time.
const retrySoon = "1"

// answerFor is the only place that maps codes to HTTP.
func answerFor(code service.Code) (status int, detail string) {
	switch code {
	case service.CodeNotFound:
		return http.StatusNotFound, "There is nothing at this address."
	case service.CodeMethodNotAllowed:
		return http.StatusMethodNotAllowed, "This address does not take this method; see the Allow header."
	case service.CodeRateLimited:
		return http.StatusTooManyRequests, "Too many requests; wait as long as the Retry-After header says."
	case service.CodeBodyTooLarge:
		return http.StatusRequestEntityTooLarge, "The request body is too large."
	case service.CodeBodyTooSlow:
		return http.StatusRequestTimeout, "The request body took too long to arrive."
	case service.CodeBodyIncomplete:
		return http.StatusBadRequest, "The request body is incomplete or malformed."
	case service.CodeClientGone:
		return statusClientGone, "The client went away." // for the log and the metrics
	case service.CodeTimeout:
		return http.StatusGatewayTimeout, "The request took too long; try again."
	case service.CodePoolExhausted, service.CodeTooManyConnections, service.CodeStarting,
		service.CodeConnectionRefused, service.CodeConnectionLost, service.CodeNameNotResolved,
		// A pod that is ending may still have the password of before a rotation; the next one has the new.
		service.CodeAuthenticationFailed:
		return http.StatusServiceUnavailable, "The service cannot answer right now; try again."
	case service.CodeInvalid:
		return http.StatusUnprocessableEntity, "The request has faults; errors lists them."
	case service.CodeMediaType:
		return http.StatusUnsupportedMediaType, "This address reads application/json, uncompressed."
	case service.CodeUnauthenticated:
		return http.StatusUnauthorized, "This address needs a good bearer token."
	case service.CodeForbidden:
		return http.StatusForbidden, "You may not do this."
	case service.CodeScopeMissing:
		return http.StatusForbidden, "The token does not have the scope for this; see the WWW-Authenticate header."
	case service.CodeConflict:
		return http.StatusPreconditionFailed, "It has changed since you read it; read it again."
	case service.CodePreconditionMissing:
		return http.StatusPreconditionRequired, "A change needs an If-Match header with the ETag that you read."
	case service.CodeKeyReused:
		return http.StatusUnprocessableEntity, "This Idempotency-Key belongs to another request."
	case service.CodeReplayGone:
		return http.StatusGone, "What this Idempotency-Key made has been deleted since."
	case service.CodeUserUnknown:
		return http.StatusUnprocessableEntity, "There is no such user."
	case service.CodeTooMany:
		return http.StatusConflict, "There are as many of these as there may be."
	case service.CodeNotConfigured:
		return http.StatusNotImplemented, "This installation does not have this feature."
	case service.CodeReadOnly:
		return http.StatusServiceUnavailable, "Nothing can be changed right now; try again."
	case service.CodeEmbedderDown, service.CodeDependencyDown, service.CodeDraining, service.CodeSchemaUnknown:
		return http.StatusServiceUnavailable, "The service cannot answer right now; try again."
	default:
		return http.StatusInternalServerError, "The service failed; quote the request id when you report it."
	}
}

// writeError answers with the problem document for err, and leaves err for the log line. After the
// beginning of an answer there is no room for another: the connection is cut, so that nobody takes
// the half for the whole. A websocket has its own way to close.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	code := service.CodeOf(err)
	seen := observationOf(r)
	if seen != nil && seen.answer.status == http.StatusSwitchingProtocols {
		return
	}
	if errors.Is(r.Context().Err(), context.Canceled) && code != service.CodeBodyTooSlow {
		code = service.CodeClientGone // whatever failed, failed because of that
	} // net/http cancels the context after a body that did not come, too, but there the client waits
	if seen != nil {
		seen.err, seen.code = err, code
		if seen.answer.status != 0 {
			panic(http.ErrAbortHandler)
		}
	}
	var invalid *service.Invalid
	var faults []service.FieldFault
	if errors.As(err, &invalid) {
		faults = invalid.Faults
	}
	status, detail := answerFor(code)
	if status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout {
		w.Header().Set("Retry-After", retrySoon)
	}
	writeJSON(w, status, "application/problem+json", problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: code, Detail: detail, RequestID: service.RequestID(r.Context()), Errors: faults,
	})
}

// writeJSON writes one of this package's own types, which always encode. A failure to write means
// that the client is gone, and nobody is left to tell.
func writeJSON(w http.ResponseWriter, status int, contentType string, body any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
