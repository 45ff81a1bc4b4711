package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// expectedVersion returns the version that If-Match names, and 0 for "*". A change must have one,
// so a request without the header is CodePreconditionMissing.
func expectedVersion(r *http.Request, faults *service.Invalid) (int64, error) {
	if len(r.Header["If-Match"]) == 0 {
		return 0, &service.Error{Code: service.CodePreconditionMissing}
	}
	return optionalVersion(r, faults), nil
}

// optionalVersion is expectedVersion for what may also be done without the header; that is 0.
func optionalVersion(r *http.Request, faults *service.Invalid) int64 {
	given := r.Header["If-Match"]
	if len(given) == 0 {
		return 0
	}
	text := strings.TrimSpace(given[0])
	if len(given) == 1 && text == "*" {
		return 0
	}
	// A proxy that compresses answers makes ETags weak. The version is that of the thing, whatever
	// happened to the bytes, so it counts all the same.
	digits, quoted := strings.CutPrefix(strings.TrimPrefix(text, "W/"), `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if len(given) > 1 || !quoted || !closed || err != nil || version < 1 || digits != strconv.FormatInt(version, 10) {
		faults.Add("header.If-Match", "is not an ETag of this API", `the ETag of the last answer, such as "3", or *`)
		return 0
	}
	return version
}

// writeEntity answers with one thing. A version above 0 is its ETag, for If-Match; otherwise the
// ETag is of the body.
func writeEntity(w http.ResponseWriter, r *http.Request, status int, body any, version int64) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if version > 0 {
		w.Header().Set("Etag", `"`+strconv.FormatInt(version, 10)+`"`)
	}
	writeStored(w, r, status, data)
	return nil
}

// writeCreated answers with a new thing at its address, or with what an earlier request with the
// same Idempotency-Key made.
func writeCreated(w http.ResponseWriter, r *http.Request, location string, body any, version int64, replayed bool) error {
	w.Header().Set("Location", location)
	if replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	return writeEntity(w, r, http.StatusCreated, body, version)
}

// page is how a list looks to clients.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// writeList answers with one page of a list.
func writeList[T any](w http.ResponseWriter, r *http.Request, list service.List[T]) error {
	answer := page[T]{Items: list.Items, Next: list.Next}
	if answer.Items == nil {
		answer.Items = []T{}
	}
	return writeEntity(w, r, http.StatusOK, answer, 0)
}

// writeStored answers with JSON that is ready. A client that has it already gets 304. Answers to
// users may be kept by their browsers alone, and only to ask whether they are still good.
func writeStored(w http.ResponseWriter, r *http.Request, status int, data []byte) {
	h := w.Header()
	reading := status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if reading {
		h.Set("Cache-Control", "private, no-cache")
		h.Add("Vary", "Authorization")
		if h.Get("Etag") == "" {
			sum := sha256.Sum256(data)
			h.Set("Etag", `W/"`+base64.RawURLEncoding.EncodeToString(sum[:16])+`"`)
		}
		if noneMatch(r, h.Get("Etag")) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", jsonType)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data) // a failure means that the client is gone, and nobody is left to tell
}

// noneMatch says whether If-None-Match has the ETag, by the weak comparison of RFC 9110.
func noneMatch(r *http.Request, etag string) bool {
	for _, line := range r.Header["If-None-Match"] {
		for given := range strings.SplitSeq(line, ",") {
			if given = strings.TrimSpace(given); given == "*" || strings.TrimPrefix(given, "W/") == strings.TrimPrefix(etag, "W/") {
				return true
			}
		}
	}
	return false
}
