package images

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// cache holds the images of one name, each as an OCI layout in a folder named
// after the key of its inputs. The caller holds the name's lock.
type cache struct{ dir string }

// keepBuilds is how many images of a name stay on disk, so that going back to
// the code of a moment ago needs no build.
const keepBuilds = 3

const tempPrefix = ".new-"

// corruptError says that files of a cached image are damaged or missing.
type corruptError struct{ cause error }

func (e *corruptError) Error() string { return "the image on disk is damaged: " + e.cause.Error() }
func (e *corruptError) Unwrap() error { return e.cause }

// load gives the image of a key, fs.ErrNotExist when there is none, or a
// corruptError. Sizes are checked here and content before a push, so that the
// usual case reads no layer.
func (c cache) load(key string) (v1.Image, error) {
	dir := filepath.Join(c.dir, key)
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	img, err := readLayout(dir)
	if err != nil {
		// Not %w of the cause: a missing blob must not look like a missing image.
		return nil, &corruptError{errors.New(err.Error())}
	}
	now := time.Now()
	if err := os.Chtimes(dir, now, now); err != nil {
		return nil, fmt.Errorf("marking the image on disk as used: %w", err)
	}
	return img, nil
}

func readLayout(dir string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	list, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(list.Manifests) != 1 {
		return nil, fmt.Errorf("index.json lists %d images, expected 1", len(list.Manifests))
	}
	img, err := index.Image(list.Manifests[0].Digest)
	if err != nil {
		return nil, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	for _, d := range append(slices.Clone(manifest.Layers), manifest.Config) {
		info, err := os.Stat(blobPath(dir, d.Digest))
		if err != nil {
			return nil, err
		}
		if info.Size() != d.Size {
			return nil, fmt.Errorf("blob %s has %d bytes, expected %d", d.Digest, info.Size(), d.Size)
		}
	}
	if err := verifyBlob(dir, list.Manifests[0].Digest); err != nil {
		return nil, err
	}
	return cachedImage{Image: img, dir: dir}, verifyBlob(dir, manifest.Config.Digest)
}

// cachedImage is an image on disk that can check its own content.
type cachedImage struct {
	v1.Image
	dir string
}

// verifyLayers hashes every layer; the error is a corruptError.
func (i cachedImage) verifyLayers() error {
	manifest, err := i.Manifest()
	if err != nil {
		return &corruptError{err}
	}
	for _, d := range manifest.Layers {
		if err := verifyBlob(i.dir, d.Digest); err != nil {
			return &corruptError{err}
		}
	}
	return nil
}

func verifyBlob(dir string, want v1.Hash) error {
	f, err := os.Open(blobPath(dir, want))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want.Hex {
		return fmt.Errorf("blob %s has the hash %s", want, got)
	}
	return nil
}

func blobPath(dir string, h v1.Hash) string {
	return filepath.Join(dir, "blobs", h.Algorithm, h.Hex)
}

// save writes an image under a key and gives it as read back from disk. The
// folder appears under its final name only when it is complete.
func (c cache) save(key string, img v1.Image) (v1.Image, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the image directory: %w", err)
	}
	temp, err := os.MkdirTemp(c.dir, tempPrefix)
	if err != nil {
		return nil, fmt.Errorf("writing the image to disk: %w", err)
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if _, err := layout.Write(temp, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: img})); err != nil {
		return nil, fmt.Errorf("writing the image to disk: %w", err)
	}
	final := filepath.Join(c.dir, key)
	if err := os.RemoveAll(final); err != nil {
		return nil, fmt.Errorf("removing a damaged image: %w", err)
	}
	if err := os.Rename(temp, final); err != nil {
		return nil, fmt.Errorf("writing the image to disk: %w", err)
	}
	if err := c.prune(); err != nil {
		return nil, err
	}
	return c.load(key)
}

// prune removes what killed builds left and all but the newest images.
func (c cache) prune() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("cleaning old images: %w", err)
	}
	var complete []fs.FileInfo
	var faults []error
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil:
			faults = append(faults, err)
		case strings.HasPrefix(e.Name(), tempPrefix):
			faults = append(faults, os.RemoveAll(filepath.Join(c.dir, e.Name())))
		default:
			complete = append(complete, info)
		}
	}
	slices.SortFunc(complete, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for _, old := range complete[min(keepBuilds, len(complete)):] {
		faults = append(faults, os.RemoveAll(filepath.Join(c.dir, old.Name())))
	}
	return errors.Join(faults...)
}

func (c cache) clear() error {
	if err := os.RemoveAll(c.dir); err != nil {
		return fmt.Errorf("removing damaged images: %w", err)
	}
	return nil
}
