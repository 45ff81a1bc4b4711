package httpapi

import (
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) shareTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	invitation, err := decode[service.Invitation](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.oneOf("role", invitation.Role, service.RoleViewer, service.RoleEditor)
	check.invited(&invitation)
	if err := faults.Err(); err != nil {
		return err
	}
	collaborator, err := a.Trips.ShareTrip(r.Context(), by, id, invitation)
	if err != nil {
		return err
	}
	a.Observer.Count(service.EventTrip, "shared")
	return writeEntity(w, r, http.StatusOK, collaborator, 0)
}

// invited wants one way to say who it is.
func (c rules) invited(invitation *service.Invitation) {
	const expected = "either user_id or email"
	switch {
	case invitation.User == "" && invitation.Email == "":
		c.add("user_id", "is missing, and email too", expected)
	case invitation.User != "" && invitation.Email != "":
		c.add("user_id", "is there, and email too", expected)
	case invitation.User != "":
		invitation.User = c.user("user_id", invitation.User)
	default:
		c.email("email", invitation.Email)
	}
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
	if err := a.Trips.UnshareTrip(r.Context(), by, id, user); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
