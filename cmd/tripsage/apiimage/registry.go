package apiimage

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/authn/github"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// registryOptions are how registries are talked to: with the credentials of
// Docker's configuration, or for ghcr.io GITHUB_TOKEN. Saying anything twice
// changes nothing there, so every fault that may pass is tried again.
func registryOptions(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithAuthFromKeychain(authn.NewMultiKeychain(authn.DefaultKeychain, github.Keychain)),
		remote.WithTransport(encrypted{remote.DefaultTransport}),
		remote.WithRetryBackoff(remote.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.2, Steps: 6}),
		remote.WithRetryStatusCodes(
			http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		),
	}
}

// encrypted sends credentials and images over plain HTTP to this machine only.
// Without it a registry on a private address would get them in the clear.
type encrypted struct{ http.RoundTripper }

func (e encrypted) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !loopback(r.URL.Host) {
		return nil, fmt.Errorf("the registry %s has no TLS: only one on this machine may do without", r.URL.Host)
	}
	return e.RoundTripper.RoundTrip(r)
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
