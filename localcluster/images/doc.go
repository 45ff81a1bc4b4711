// Package images makes the container images of the local cluster without
// Docker: static Go programs on an empty base, and PostgreSQL, the cache and
// the monitoring from Debian packages. Finished images are kept on disk and pushed by digest
// to the cluster's registry on loopback.
//
// A Recipe says what an image depends on and how to build it; a Store decides
// whether a build or a push is needed at all.
package images

import (
	"context"
	"io"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Recipe makes one image.
type Recipe interface {
	// Name is the repository name, such as "api": lower-case letters, digits
	// and dashes.
	Name() string
	// Inputs gives a fingerprint of everything that the image is made from.
	// It must be quick; equal fingerprints mean that no build is needed.
	Inputs(ctx context.Context) (string, error)
	// Build makes the image and writes progress lines to log.
	Build(ctx context.Context, log io.Writer) (v1.Image, error)
}

// Result says what Ensure did.
type Result struct {
	Name string
	// Reference is the name for pod specs: prefix/name@sha256:...
	Reference string
	// Digest is the manifest's digest: sha256:...
	Digest string
	// Cached is true when no build was needed.
	Cached bool
	// Pushed is true when the registry lacked the image.
	Pushed  bool
	Elapsed time.Duration
	// Size is the compressed size of all layers, in bytes.
	Size int64
}
