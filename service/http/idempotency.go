package httpapi

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

const maxIdempotencyKey = 255

// onceOf returns the request's Idempotency-Key with the fingerprint of the request: its method, its
// path and what its body means. The zero value is for a request without a key.
func onceOf(r *http.Request, draft any, faults *service.Invalid) service.Once {
	given := r.Header["Idempotency-Key"]
	if len(given) == 0 {
		return service.Once{}
	}
	if len(given) > 1 || !validIdempotencyKey(given[0]) {
		faults.Add("header.Idempotency-Key", "is not a key", "one value of 1 to 255 visible ASCII characters, such as a UUID")
		return service.Once{}
	}
	meaning, err := json.Marshal(draft)
	if err != nil {
		faults.Add("body", "cannot be repeated", "a JSON object") // a draft that was decoded can be encoded
		return service.Once{}
	}
	hash := sha256.New()
	hash.Write([]byte(r.Method + "\x00" + r.URL.Path + "\x00"))
	hash.Write(meaning)
	once := service.Once{Key: given[0]}
	hash.Sum(once.Fingerprint[:0])
	return once
}

func validIdempotencyKey(key string) bool {
	if key == "" || len(key) > maxIdempotencyKey {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}
