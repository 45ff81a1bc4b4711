package apiimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/authn/github"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// passing are the answers of a registry that is busy, restarting or behind a proxy that is.
var passing = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// mayPass tells whether trying again may help.
func mayPass(err error) bool {
	var answer *transport.Error
	if errors.As(err, &answer) {
		return slices.Contains(passing, answer.StatusCode)
	}
	var network net.Error
	return errors.As(err, &network) && network.Timeout() || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EPIPE)
}

// retryPace is for faults that may pass: half a minute in all.
var retryPace = remote.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.2, Steps: 6}

// registryOptions are how registries are talked to: with the credentials of
// Docker's configuration, or for ghcr.io GITHUB_TOKEN. Saying anything twice
// changes nothing there, so every fault that may pass is tried again.
func registryOptions(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithAuthFromKeychain(authn.NewMultiKeychain(authn.DefaultKeychain, github.Keychain)),
		remote.WithTransport(encrypted{remote.DefaultTransport}),
		remote.WithRetryBackoff(retryPace), remote.WithRetryStatusCodes(passing...), remote.WithRetryPredicate(mayPass),
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
