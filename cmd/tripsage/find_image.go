package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/localcluster"
)

// ownName is the image as the embedded node knows its registry. From this
// machine the same registry has another address.
func (p *deployer) ownName(image release.Image) release.Image {
	if p.d.target.cluster == nil {
		return image
	}
	if rest, ok := strings.CutPrefix(string(image), p.d.target.cluster.Registry()+"/"); ok {
		return release.Image(localcluster.RegistryName + "/" + rest)
	}
	return image
}

// Find asks the registry for the image. Only a clear no is an error: the
// cluster may have rights, or a way, that this machine has not.
func (p *deployer) Find(ctx context.Context, image release.Image) error {
	return p.s.step("Image "+image.Short(), func(func(string)) (string, error) {
		reference, err := p.reachable(image)
		if err != nil {
			return "", err
		}
		return findImage(ctx, image, reference)
	})
}

func findImage(ctx context.Context, image release.Image, reference name.Digest) (note string, err error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	_, err = remote.Head(reference, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain))
	var answer *transport.Error
	switch {
	case err == nil:
		return "found", nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound:
		return "", fmt.Errorf("the registry has no %s: push it first, or correct --image", image)
	default:
		return "not checked: " + strings.Join(strings.Fields(err.Error()), " "), nil
	}
}

// reachable is the image under an address that works from here.
func (p *deployer) reachable(image release.Image) (name.Digest, error) {
	cluster := p.d.target.cluster
	if cluster == nil {
		return name.NewDigest(string(image))
	}
	own, ok := strings.CutPrefix(string(image), localcluster.RegistryName+"/")
	if !ok {
		return name.Digest{}, fmt.Errorf("%s: the embedded cluster has no way out and pulls from its own registry only: push the image to %s/<name> and deploy %s/<name>@sha256:…",
			image, cluster.Registry(), localcluster.RegistryName)
	}
	return name.NewDigest(cluster.Registry()+"/"+own, name.Insecure)
}
