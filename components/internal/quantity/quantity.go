// Package quantity checks the compute resources of containers.
package quantity

import (
	"errors"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Amounts are Kubernetes quantities in canonical form: "1" and not "1000m",
// "1Gi" and not "1024Mi". Other spellings come back changed from the API server
// and show as a difference for ever.
type Amounts struct {
	CPU, Memory, EphemeralStorage string
}

// Resources are what a container is promised and what it may not exceed.
type Resources struct {
	Requests, Limits Amounts
}

// Validate reports every fault: amounts that are missing, not canonical or not
// positive, and requests over their limits.
func (r Resources) Validate() error {
	return errors.Join(
		pair("CPU", r.Requests.CPU, r.Limits.CPU),
		pair("Memory", r.Requests.Memory, r.Limits.Memory),
		pair("EphemeralStorage", r.Requests.EphemeralStorage, r.Limits.EphemeralStorage),
	)
}

func pair(name, request, limit string) error {
	asked, errAsked := Parse("Requests."+name, request)
	most, errMost := Parse("Limits."+name, limit)
	if err := errors.Join(errAsked, errMost); err != nil {
		return err
	}
	if asked.Cmp(most) > 0 {
		return fault.Of("Requests."+name, request, "at most Limits."+name+" ("+limit+")")
	}
	return nil
}

// Parse reads a canonical, positive quantity.
func Parse(key, text string) (resource.Quantity, error) {
	if text == "" {
		return resource.Quantity{}, fault.Missing(key, `a quantity such as "250m" or "256Mi"`)
	}
	amount, err := resource.ParseQuantity(text)
	if err != nil {
		return amount, fault.Of(key, text, `a quantity such as "250m" or "256Mi"`)
	}
	if canonical := canonicalForm(amount); canonical != text {
		return amount, fault.Of(key, text, "the canonical form "+canonical)
	}
	if amount.Sign() <= 0 {
		return amount, fault.Of(key, text, "more than zero")
	}
	return amount, nil
}

// canonicalForm drops the text that the quantity remembers from parsing.
func canonicalForm(amount resource.Quantity) string {
	text, suffix := amount.CanonicalizeBytes(make([]byte, 0, 32))
	return string(text) + string(suffix)
}

// MiB writes a number of mebibytes in canonical form.
func MiB(count int) string {
	return resource.NewQuantity(int64(count)<<20, resource.BinarySI).String()
}
