package service

import "context"

// AuditAction is an administrative action: one that gives access or takes it away, or changes the
// schema.
type AuditAction string

// The administrative actions.
const (
	AuditKeyPut       AuditAction = "api_key.put"
	AuditKeyDelete    AuditAction = "api_key.delete"
	AuditAccessGrant  AuditAction = "trip_access.grant"
	AuditAccessRevoke AuditAction = "trip_access.revoke"
	AuditSchemaUp     AuditAction = "schema.up"
	AuditSchemaDown   AuditAction = "schema.down"
)

// Who acts when it is no user.
const (
	ActorAnonymous = "anonymous" // nobody with a good token
	ActorOperator  = "operator"  // whoever runs the program by hand or in a Job
)

// AuditEvent is an administrative action that was tried.
type AuditEvent struct {
	Action AuditAction
	// Actor is "user/<id>" or one of the constants.
	Actor string
	// Object is what it was about, as far as that was understood: "api_key/12", or only "api_key".
	// It is made of ids; never of other text that a client sent.
	Object string
	// Code is why it was not done, or may not have been; "" when it was.
	Code Code
}

// Auditor is told of each administrative action once, when it has ended well or badly.
type Auditor interface {
	Audit(ctx context.Context, event AuditEvent)
}
