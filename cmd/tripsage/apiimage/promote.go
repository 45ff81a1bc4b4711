package apiimage

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Resolve finds the digest that a tag names now.
func Resolve(ctx context.Context, image string) (Pushed, error) {
	tag, err := name.NewTag(image, name.StrictValidation)
	if err != nil {
		return Pushed{}, fmt.Errorf("image %q: expected registry/name:tag: %w", image, err)
	}
	found, err := remote.Head(tag, registryOptions(ctx)...)
	var answer *transport.Error
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return Pushed{}, fmt.Errorf("%s is not there: whatever makes this tag has not run, or has failed", tag)
	}
	if err != nil {
		return Pushed{}, fmt.Errorf("looking for %s: %w", tag, err)
	}
	digest := found.Digest.String()
	return Pushed{Reference: tag.Context().Digest(digest).String(), Tag: tag.String(), Digest: digest}, nil
}

// Tag gives an image that a registry has one more tag. Nothing is uploaded, so
// the tag names the very same image.
func Tag(ctx context.Context, image, tag string) (Pushed, error) {
	digest, err := name.NewDigest(image, name.StrictValidation)
	if err != nil {
		return Pushed{}, fmt.Errorf("image %q: expected registry/name@sha256:…: %w", image, err)
	}
	named, err := name.NewTag(digest.Context().Name()+":"+tag, name.StrictValidation)
	if err != nil {
		return Pushed{}, fmt.Errorf("tag %q: %w", tag, err)
	}
	there, err := remote.Get(digest, registryOptions(ctx)...)
	if err != nil {
		return Pushed{}, fmt.Errorf("reading %s: %w", digest, err)
	}
	if err := remote.Tag(named, there, registryOptions(ctx)...); err != nil {
		return Pushed{}, explain(named, err)
	}
	return Pushed{Reference: digest.String(), Tag: named.String(), Digest: digest.DigestStr()}, nil
}
