package service

import (
	"context"
	"errors"
)

// Code is a stable, machine-readable name of a fault. Codes are shown to clients and on
// dashboards, so they never change and never carry addresses, user names or secrets.
type Code string

// The codes of this service. package http maps them to HTTP statuses in one place.
const (
	// CodeInternal is a fault of ours that has no better name.
	CodeInternal Code = "internal"
	// CodeTimeout means that something did not answer in its time.
	CodeTimeout Code = "timeout"
	// CodeNotFound means that nothing lives at the address.
	CodeNotFound Code = "not_found"
	// CodeMethodNotAllowed means that the address exists, for other methods.
	CodeMethodNotAllowed Code = "method_not_allowed"
	// CodeRateLimited means that the client asks more often than it may.
	CodeRateLimited Code = "rate_limited"
	// CodeBodyTooLarge means that the request body passes the limit.
	CodeBodyTooLarge Code = "body_too_large"
	// CodeBodyTooSlow means that the request body did not arrive in its time.
	CodeBodyTooSlow Code = "body_too_slow"
	// CodeBodyIncomplete means that the request body ended early or broke the protocol.
	CodeBodyIncomplete Code = "body_incomplete"
	// CodeClientGone means that the client closed the connection before the answer.
	CodeClientGone Code = "client_gone"
	// CodeDraining means that the process is about to stop and wants no new work.
	CodeDraining Code = "draining"
	// CodeDependencyDown means that something the API cannot work without is down.
	CodeDependencyDown Code = "dependency_down"

	// CodeInvalid means that the request has faults, which the answer lists.
	CodeInvalid Code = "invalid"
	// CodeMediaType means that the body is of a type that this address does not read.
	CodeMediaType Code = "unsupported_media_type"
	// CodeUnauthenticated means that there is no token, or none that is good.
	CodeUnauthenticated Code = "unauthenticated"
	// CodeForbidden means that the token or the user may not do this.
	CodeForbidden Code = "forbidden"
	// CodeScopeMissing means that the token is limited to scopes, and lacks the one needed.
	CodeScopeMissing Code = "scope_missing"
	// CodeConflict means that the thing has changed since the client read it.
	CodeConflict Code = "version_conflict"
	// CodePreconditionMissing means that a change needs an If-Match header.
	CodePreconditionMissing Code = "precondition_required"
	// CodeKeyReused means that an Idempotency-Key came again with another request.
	CodeKeyReused Code = "idempotency_key_reused"
	// CodeReplayGone means that what an Idempotency-Key made has been deleted since.
	CodeReplayGone Code = "idempotent_result_gone"
	// CodeUserUnknown means that nobody has that email or user id.
	CodeUserUnknown Code = "user_unknown"
	// CodeTooMany means that there is a limit on how many of these one may have.
	CodeTooMany Code = "too_many"
	// CodeNotConfigured means that this installation does not have the feature.
	CodeNotConfigured Code = "not_configured"
	// CodeEmbedderDown means that the service that makes embeddings does not answer.
	CodeEmbedderDown Code = "embedder_down"
	// CodeSchemaUnknown means that the database's schema is not one that this program knows.
	CodeSchemaUnknown Code = "schema_unknown"

	// CodeConnectionRefused means that nobody listens at the dependency's address.
	CodeConnectionRefused Code = "connection_refused"
	// CodeConnectionLost means that an open connection broke.
	CodeConnectionLost Code = "connection_lost"
	// CodeNameNotResolved means that the dependency's host name has no address.
	CodeNameNotResolved Code = "name_not_resolved"
	// CodeTLSFailed means that no trusted TLS connection could be made.
	CodeTLSFailed Code = "tls_failed"
	// CodeAuthenticationFailed means that the dependency refused our credentials.
	CodeAuthenticationFailed Code = "authentication_failed"
	// CodeDatabaseMissing means that the server has no database of the configured name.
	CodeDatabaseMissing Code = "database_missing"
	// CodeTooManyConnections means that the dependency accepts no more connections.
	CodeTooManyConnections Code = "too_many_connections"
	// CodePoolExhausted means that all of our own connections stayed in use for too long.
	CodePoolExhausted Code = "pool_exhausted"
	// CodeStarting means that the dependency runs but is not yet, or no longer, open for work.
	CodeStarting Code = "starting"
	// CodeReadOnly means that the dependency answers questions and takes no changes for now.
	CodeReadOnly Code = "read_only"
	// CodeExtensionMissing means that the database lacks an extension that we use.
	CodeExtensionMissing Code = "extension_missing"
)

// Error is a fault with its code. Err explains it to operators and is not shown to clients.
type Error struct {
	Code Code
	Err  error
}

// Error names the code and, when there is one, the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code that err carries. A deadline that passed is CodeTimeout, nil is "",
// and any other error is CodeInternal.
func CodeOf(err error) Code {
	var coded *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &coded):
		return coded.Code
	case errors.Is(err, context.DeadlineExceeded):
		return CodeTimeout
	default:
		return CodeInternal
	}
}
