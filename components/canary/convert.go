package canary

import (
	"bytes"
	"encoding/json"
	"fmt"

	istio "github.com/fluxcd/flagger/pkg/apis/istio/v1alpha3"
	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/traffic"
)

// retryOn are the failures after which no request has reached the service.
const retryOn = "connect-failure,refused-stream"

// route returns the settings of Flagger's single route. Its retries are safe for
// every method; without a policy Istio would use its own, which is not.
func route(t Traffic) (istio.HTTPRoute, error) {
	limit, retries := t.OneRoute()
	if !t.Retries.Off {
		retries = &networking.HTTPRetry{Attempts: int32(t.Retries.Attempts), RetryOn: retryOn} // #nosec G115 -- Validate bounds it
	}
	return convert[istio.HTTPRoute](&networking.HTTPRoute{
		Timeout:    traffic.Duration(limit),
		Retries:    retries,
		CorsPolicy: t.CORSPolicy(),
	})
}

// policy returns the settings of Flagger's DestinationRules.
func policy(t Traffic) (*istio.TrafficPolicy, error) {
	full := t.TrafficPolicy()
	full.ConnectionPool.Tcp = nil // unknown to the definition of a Canary; see the package's decisions
	out, err := convert[istio.TrafficPolicy](full)
	return &out, err
}

// convert turns one of Istio's types into Flagger's older copy of it, by their
// common JSON. A field that the copy lacks is an error: it would be lost.
func convert[T any](from any) (T, error) {
	var out T
	text, err := json.Marshal(from)
	if err != nil {
		return out, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&out); err != nil {
		return out, fmt.Errorf("%T does not fit into Flagger's %T: %w", from, out, err)
	}
	return out, nil
}
