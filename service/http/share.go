package httpapi

import (
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// invitationBody names somebody in one of two ways.
type invitationBody struct {
	User  optional[string] `json:"user_id"`
	Email optional[string] `json:"email"`
	Role  string           `json:"role"`
}

func (a *API) shareTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	body, err := decode[invitationBody](r, &faults)
	if err != nil {
		return err
	}
	invitation := rules{&faults}.invitation(body)
	if err := faults.Err(); err != nil {
		return err
	}
	auditObject(r, "trip/%d", id)
	collaborator, err := a.Trips.ShareTrip(r.Context(), by, id, invitation)
	if err != nil {
		return err
	}
	auditObject(r, "trip/%d/user/%s", id, collaborator.User)
	a.Observer.Count(service.EventTrip, "shared")
	return writeEntity(w, r, http.StatusOK, collaborator, 0)
}

// invitation wants one way to say who it is.
func (c rules) invitation(body invitationBody) service.Invitation {
	c.oneOf("role", body.Role, service.RoleViewer, service.RoleEditor)
	invitation := service.Invitation{Role: body.Role}
	const expected = "either user_id or email"
	switch {
	case body.User.value == nil && body.Email.value == nil:
		c.add("user_id", "is missing, and email too", expected)
	case body.User.value != nil && body.Email.value != nil:
		c.add("user_id", "is there, and email too", expected)
	}
	if body.User.value != nil {
		invitation.User = c.user("user_id", *body.User.value)
	}
	if body.Email.value != nil {
		invitation.Email = *body.Email.value
		c.email("email", invitation.Email)
	}
	return invitation
}

func (a *API) collaborators(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	all, err := a.Trips.Collaborators(r.Context(), by, id)
	if err != nil {
		return err
	}
	return writeList(w, r, service.List[service.Collaborator]{Items: all})
}

func (a *API) unshareTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id, user := pathID(r, "id", &faults), pathUser(r, "user", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	auditObject(r, "trip/%d/user/%s", id, user)
	if err := a.Trips.UnshareTrip(r.Context(), by, id, user); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
