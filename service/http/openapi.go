package httpapi

import (
	_ "embed"
	"net/http"
)

// description is openapi.yaml as JSON; a test keeps the two the same.
//
//go:embed openapi.json
var description []byte

// describe answers with the OpenAPI document.
func (a *API) describe(w http.ResponseWriter, r *http.Request) error {
	writeStored(w, r, http.StatusOK, description)
	return nil
}
