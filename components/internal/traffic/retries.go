package traffic

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Retries say when a proxy asks again.
type Retries struct {
	// Off turns retries off altogether.
	Off bool
	// Attempts is how often the proxy asks again after the first time. Default: 2.
	Attempts int
	// PerTryTimeout is the longest wait for one try. Default: an even share of
	// the timeout, 11 seconds of 33.
	PerTryTimeout time.Duration
	// On are Envoy's retry conditions and HTTP status codes. Default: no
	// connection, a refused stream, a cut answer, 503.
	On []string
	// Methods are those that may be sent again. Default: GET, HEAD and OPTIONS.
	// PUT and DELETE are accepted, for services that keep to what RFC 9110 says
	// of them; a repeated PUT still undoes what came between its two tries.
	Methods []string
}

var (
	// idempotent are the methods of RFC 9110, 9.2.2, that an API may answer.
	idempotent = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete}

	conditions = []string{
		"5xx", "gateway-error", "reset", "reset-before-request", "connect-failure",
		"refused-stream", "retriable-status-codes", "envoy-ratelimited",
	}
)

// NoRetries is the policy that turns off the retries that Istio makes where a
// route has no policy. Its JSON is {}, because 0 is what the type leaves out;
// Istio takes any policy without attempts as off.
func NoRetries() *networking.HTTPRetry {
	return &networking.HTTPRetry{}
}

// RetryPolicy returns the policy for a route that matches Retries.Methods only.
func (t Traffic) RetryPolicy() *networking.HTTPRetry {
	if t.Retries.Off {
		return NoRetries()
	}
	return &networking.HTTPRetry{
		Attempts:      int32(t.Retries.Attempts),
		PerTryTimeout: Duration(t.Retries.PerTryTimeout),
		RetryOn:       strings.Join(t.Retries.On, ","),
	}
}

func (r Retries) withDefaults(timeout time.Duration) Retries {
	if r.Off {
		return r
	}
	r.Attempts = cmp.Or(r.Attempts, 2)
	if r.PerTryTimeout == 0 && r.Attempts > 0 {
		r.PerTryTimeout = (timeout / time.Duration(r.Attempts+1)).Truncate(time.Millisecond)
	}
	if len(r.On) == 0 {
		r.On = []string{"connect-failure", "refused-stream", "reset", "503"}
	}
	if len(r.Methods) == 0 {
		r.Methods = []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	}
	return r
}

func (r Retries) validate(timeout time.Duration) error {
	if r.Off {
		return r.validateOff()
	}
	count := validateCount("Attempts", r.Attempts, 1, 10)
	faults := []error{count}
	perTry := validateDuration("PerTryTimeout", r.PerTryTimeout)
	faults = append(faults, perTry)
	if tries := time.Duration(r.Attempts + 1); count == nil && perTry == nil && r.PerTryTimeout*tries > timeout {
		faults = append(faults, fault.Of("PerTryTimeout", r.PerTryTimeout,
			fmt.Sprintf("at most %s: Timeout %s divided by the first try and %d more; else the last ones are never made",
				(timeout/tries).Truncate(time.Millisecond), timeout, r.Attempts)))
	}
	for i, condition := range r.On {
		if !slices.Contains(conditions, condition) && !isServerError(condition) {
			faults = append(faults, fault.Of(fmt.Sprintf("On[%d]", i), condition,
				"an HTTP status from 500 to 599 or one of "+strings.Join(conditions, ", ")))
		}
	}
	for i, method := range r.Methods {
		if !slices.Contains(idempotent, method) {
			faults = append(faults, fault.Of(fmt.Sprintf("Methods[%d]", i), method,
				"an idempotent method, one of "+strings.Join(idempotent, ", ")+": a repeated call of any other does its work twice"))
		}
	}
	return errors.Join(append(faults, duplicates("Methods", r.Methods))...)
}

// validateOff refuses settings that would do nothing.
func (r Retries) validateOff() error {
	if r.Attempts != 0 || r.PerTryTimeout != 0 || len(r.On) > 0 || len(r.Methods) > 0 {
		return fault.Of("Off", true, "no other setting of Retries beside it: remove them or Off")
	}
	return nil
}

func isServerError(text string) bool {
	code, err := strconv.Atoi(text)
	return err == nil && code >= 500 && http.StatusText(code) != ""
}
