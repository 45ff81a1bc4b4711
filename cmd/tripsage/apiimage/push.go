package apiimage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

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
	options := registryOptions(ctx)
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
