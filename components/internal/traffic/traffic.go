package traffic

import (
	"cmp"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Traffic is how requests travel to one service.
type Traffic struct {
	// Timeout is the longest that a caller waits for an answer, retries
	// included. Default: 33 seconds, for three tries of a service that ends its
	// requests itself after 10.
	Timeout time.Duration
	// WebSocketTimeout is the longest wait for the answer to an upgrade. Newer
	// Envoys let it go once the session stands, older ones never look at it.
	// Default: 0, no limit.
	WebSocketTimeout time.Duration
	Retries          Retries
	Pool             Pool
	Outlier          Outlier
	// CORS lets browsers call from other origins. Default: none may.
	CORS *CORS
}

// WithDefaults returns a copy in which every setting has a value.
func (t Traffic) WithDefaults() Traffic {
	t.Timeout = cmp.Or(t.Timeout, 33*time.Second)
	t.Retries = t.Retries.withDefaults(t.Timeout)
	t.Pool = t.Pool.withDefaults()
	t.Outlier = t.Outlier.withDefaults()
	if t.CORS != nil {
		filled := t.CORS.withDefaults()
		t.CORS = &filled
	}
	return t
}

// Validate reports every fault of complete settings.
func (t Traffic) Validate() error {
	timeout := validateDuration("Timeout", t.Timeout)
	faults := []error{
		timeout,
		fault.Under("Pool.", t.Pool.validate()),
		fault.Under("Outlier.", t.Outlier.validate()),
	}
	if t.WebSocketTimeout != 0 {
		faults = append(faults, validateDuration("WebSocketTimeout", t.WebSocketTimeout))
	}
	if timeout == nil { // the tries are measured against it
		faults = append(faults, fault.Under("Retries.", t.Retries.validate(t.Timeout)))
	}
	if t.CORS != nil {
		faults = append(faults, fault.Under("CORS.", t.CORS.validate()))
	}
	return errors.Join(faults...)
}

// OneRoute returns what fits a single route for all methods and paths: no
// retries, because it matches POST, and the longer of the two limits. It cuts no
// WebSocket session: for those the limit ends with the answer to the upgrade.
func (t Traffic) OneRoute() (time.Duration, *networking.HTTPRetry) {
	return max(t.Timeout, t.WebSocketTimeout), NoRetries()
}

// TrafficPolicy returns the settings of a DestinationRule. Requests go to the
// pod with the fewest in flight; hashing a caller to a pod is left out on
// purpose, because the hash does not hold between weighted destinations. The
// callers' proxies speak mutual TLS or not at all.
func (t Traffic) TrafficPolicy() *networking.TrafficPolicy {
	return &networking.TrafficPolicy{
		LoadBalancer: &networking.LoadBalancerSettings{LbPolicy: &networking.LoadBalancerSettings_Simple{
			Simple: networking.LoadBalancerSettings_LEAST_REQUEST,
		}},
		ConnectionPool:   t.Pool.settings(),
		OutlierDetection: t.Outlier.detection(),
		Tls:              &networking.ClientTLSSettings{Mode: networking.ClientTLSSettings_ISTIO_MUTUAL},
	}
}

// Duration returns Istio's form of a time limit: nil, which leaves the field
// out, for none. The CRD refuses "0s".
func Duration(d time.Duration) *durationpb.Duration {
	if d == 0 {
		return nil
	}
	return durationpb.New(d)
}

// validateDuration keeps to what Istio's own validation accepts.
func validateDuration(key string, d time.Duration) error {
	if d < time.Millisecond || d%time.Millisecond != 0 {
		return fault.Of(key, d, "whole milliseconds, 1ms or more")
	}
	return nil
}

func validateCount(key string, n, least, most int) error {
	if n < least || n > most {
		return fault.Of(key, n, rangeText(least, most))
	}
	return nil
}
