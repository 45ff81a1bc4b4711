package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) profileRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/me", scope: service.ScopeProfileRead, handle: a.profile},
		{method: http.MethodPut, pattern: "/me", scope: service.ScopeProfileWrite, handle: a.replaceProfile},
	}
}

func (a *API) profile(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	data, err := a.Cache.Fetch(r.Context(), service.CachePreferences, string(by.User), func(ctx context.Context) ([]byte, error) {
		profile, err := a.Profiles.Profile(ctx, by)
		if err != nil {
			return nil, err
		}
		return json.Marshal(profile)
	})
	if err != nil {
		return err
	}
	writeStored(w, r, http.StatusOK, data)
	return nil
}

// profileBody has what a PUT replaces: both, so that leaving one out by mistake loses nothing.
type profileBody struct {
	Name        optional[string] `json:"name"`
	Preferences json.RawMessage  `json:"preferences"`
}

func (a *API) replaceProfile(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	body, err := decode[profileBody](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	draft := service.ProfileDraft{Preferences: check.object("preferences", body.Preferences)}
	if body.Name.value == nil {
		check.add("name", "is missing", "a string, which may be empty")
	} else {
		draft.Name = *body.Name.value
		check.text("name", draft.Name, 0, maxName)
	}
	if body.Preferences == nil {
		check.add("preferences", "is missing", "a JSON object, which may be empty")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	profile, err := a.Profiles.ReplaceProfile(r.Context(), by, draft)
	// Also after an error or for a client that is gone: the change may have happened all the same.
	a.Cache.Forget(context.WithoutCancel(r.Context()), service.CachePreferences, string(by.User))
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, profile, 0)
}
