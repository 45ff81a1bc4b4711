package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// push uploads the image unless the registry has its manifest. The registry
// forgets manifests, but not layers, when it restarts.
func (s *Store) push(ctx context.Context, repository string, img v1.Image) (bool, error) {
	if s.Registry == "" {
		return false, nil
	}
	digest, err := img.Digest()
	if err != nil {
		return false, err
	}
	ref, err := name.NewDigest(fmt.Sprintf("%s/%s@%s", s.Registry, repository, digest), name.Insecure)
	if err != nil {
		return false, fmt.Errorf("address of the image registry: %w", err)
	}
	_, err = remote.Head(ref, remote.WithContext(ctx))
	var status *transport.Error
	switch {
	case err == nil:
		return false, nil
	case !errors.As(err, &status) || status.StatusCode != http.StatusNotFound:
		return false, fmt.Errorf("asking the image registry at %s: %w", s.Registry, err)
	}
	if c, ok := img.(cachedImage); ok {
		if err := c.verifyLayers(); err != nil {
			return false, err
		}
	}
	_, _ = fmt.Fprintf(s.log(), "%s: pushing %s\n", repository, digest)
	if err := remote.Write(ref, img, remote.WithContext(ctx)); err != nil {
		return false, fmt.Errorf("pushing to the image registry at %s: %w", s.Registry, err)
	}
	return true, nil
}
