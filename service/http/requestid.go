package httpapi

import (
	"crypto/rand"
	"net/http"
)

const (
	requestIDHeader    = "X-Request-Id"
	maxRequestIDLength = 128
)

// requestID takes the caller's id, so that one id follows a request through all services, or
// makes a new one with 130 random bits. Two ids in one request are as good as none.
func requestID(header http.Header) string {
	if given := header[requestIDHeader]; len(given) == 1 && validRequestID(given[0]) {
		return given[0]
	}
	return rand.Text()
}

// validRequestID allows what usual ids are made of (UUID, ULID, base64url, trace ids). The id
// goes into logs and headers, so nothing that means anything there is allowed.
func validRequestID(id string) bool {
	if id == "" || len(id) > maxRequestIDLength {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}
