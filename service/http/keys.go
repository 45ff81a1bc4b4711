package httpapi

import (
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) keyRoutes() []route {
	const read, write = service.ScopeKeysRead, service.ScopeKeysWrite
	return []route{
		{method: http.MethodGet, pattern: "/keys", scope: read, handle: a.listKeys},
		{method: http.MethodPost, pattern: "/keys", scope: write, handle: a.putKey, audit: service.AuditKeyPut, object: "api_key"},
		{method: http.MethodDelete, pattern: "/keys/{id}", scope: write, handle: a.deleteKey, audit: service.AuditKeyDelete, object: "api_key"},
	}
}

func (a *API) listKeys(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	keys, err := a.APIKeys.ListAPIKeys(r.Context(), by)
	if err != nil {
		return err
	}
	return writeList(w, r, service.List[service.APIKey]{Items: keys})
}

// keyBody is a key to store. It is never logged, kept or answered.
type keyBody struct {
	Provider string `json:"provider"`
	Name     string `json:"name"`
	Key      string `json:"key"`
}

func (a *API) putKey(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	if a.Sealer == nil {
		return &service.Error{Code: service.CodeNotConfigured}
	}
	var faults service.Invalid
	body, err := decode[keyBody](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.oneOf("provider", body.Provider, service.KeyProviders()...)
	check.text("name", body.Name, 1, maxName)
	check.text("key", body.Key, 1, maxKey)
	if !visible(body.Key) {
		check.add("key", "has characters that no key has", "visible ASCII characters")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	key := service.SealedKey{Provider: body.Provider, Name: body.Name, Hint: hint(body.Key)}
	if key.Sealed, err = a.Sealer.Seal([]byte(body.Key), key.Binding(by.User)); err != nil {
		return err
	}
	stored, replaced, err := a.APIKeys.PutAPIKey(r.Context(), by, key)
	if err != nil {
		return err
	}
	auditObject(r, "api_key/%d", stored.ID)
	status := http.StatusCreated
	if replaced {
		status = http.StatusOK
	}
	return writeEntity(w, r, status, stored, 0)
}

// hint is the end of a key that is long enough to keep the rest of it secret.
func hint(key string) string {
	const shown, longEnough = 4, 12
	if len(key) < longEnough {
		return ""
	}
	return key[len(key)-shown:]
}

func (a *API) deleteKey(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	auditObject(r, "api_key/%d", id)
	if err := a.APIKeys.DeleteAPIKey(r.Context(), by, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
