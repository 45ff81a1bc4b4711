package apiimage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Pushed says where the image is now.
type Pushed struct {
	// Reference is what deployments use: registry/name@sha256:…
	Reference string `json:"reference"`
	Tag       string `json:"tag"`
	Digest    string `json:"digest"`
}

// Pushing a part twice changes nothing, so every fault that may pass is tried again.
var (
	retryStatus = []int{
		http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}
	retryPace = remote.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.2, Steps: 6}
)

// Push uploads the image under a name such as ghcr.io/tripsage/tripsage-api:v1,
// with the credentials that Docker's configuration has for the registry.
func (l Layout) Push(ctx context.Context, image string) (Pushed, error) {
	tag, err := name.NewTag(image, name.StrictValidation)
	if err != nil {
		return Pushed{}, fmt.Errorf("image %q: expected registry/name:tag, such as ghcr.io/tripsage/tripsage-api:v1.4.0: %w", image, err)
	}
	if l.Dirty() && !loopback(tag.RegistryStr()) {
		return Pushed{}, fmt.Errorf("the image in %s was built from changes that are in no commit (%s), so nobody could tell what runs: commit, build again, then push", l.Folder, l.Revision)
	}
	options := []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithTransport(encrypted{remote.DefaultTransport}),
		remote.WithRetryBackoff(retryPace), remote.WithRetryStatusCodes(retryStatus...),
	}
	if err := remote.WriteIndex(tag, l.index, options...); err != nil {
		return Pushed{}, explain(tag, err)
	}
	there, err := remote.Head(tag, options...)
	if err != nil {
		return Pushed{}, explain(tag, err)
	}
	if there.Digest.String() != l.Digest {
		return Pushed{}, fmt.Errorf("the registry has %s as %s, but %s was pushed: somebody else pushes to this tag", there.Digest, tag, l.Digest)
	}
	return Pushed{Reference: tag.Context().Digest(l.Digest).String(), Tag: tag.String(), Digest: l.Digest}, nil
}

func explain(tag name.Tag, err error) error {
	var answer *transport.Error
	if errors.As(err, &answer) && slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden}, answer.StatusCode) {
		return fmt.Errorf("%s refuses to take %s: log in with `docker login %s` (or put the credentials into ~/.docker/config.json): %w",
			tag.RegistryStr(), tag, tag.RegistryStr(), err)
	}
	return fmt.Errorf("pushing %s: %w", tag, err)
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
