package httpapi

import (
	"fmt"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// audited has an audit event for each request of the route: also for one that is refused, fails or
// panics. finish tells of it.
func audited(rt route, next endpoint) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		if seen := observationOf(r); seen != nil {
			seen.audit = &service.AuditEvent{Action: rt.audit, Actor: service.ActorAnonymous, Object: rt.object}
		}
		return next(w, r)
	}
}

// auditActor notes whose token it is.
func auditActor(r *http.Request, user service.UserID) {
	if seen := observationOf(r); seen != nil && seen.audit != nil {
		seen.audit.Actor = "user/" + string(user)
	}
}

// auditObject notes what the request is about, once that is known to be ids.
func auditObject(r *http.Request, format string, ids ...any) {
	if seen := observationOf(r); seen != nil && seen.audit != nil {
		seen.audit.Object = fmt.Sprintf(format, ids...)
	}
}

// tellAuditor is for a request whose answer is known.
func (a *API) tellAuditor(r *http.Request, seen *observation) {
	if seen.audit == nil {
		return
	}
	event := *seen.audit
	event.Code = seen.code
	if event.Code == "" && seen.answer.status >= http.StatusBadRequest {
		event.Code = service.CodeInternal
	}
	a.Audit.Audit(r.Context(), event)
}
