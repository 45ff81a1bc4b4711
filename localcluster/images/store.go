package images

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Store keeps finished images in a directory and pushes them to a registry.
// Several processes may use one directory at the same time, and any of them
// may be killed at any moment.
type Store struct {
	// Dir holds the images, one folder per name. It is made when missing.
	Dir string
	// Registry is the host:port to push to, plain HTTP on loopback. When it is
	// empty nothing is pushed.
	Registry string
	// Prefix is the registry name in references, such as "tripsage.local".
	// The node's container runtime maps it to Registry.
	Prefix string
	// Log gets progress lines; nil discards them.
	Log io.Writer
}

// maxBuilds bounds the attempts when inputs change while a build runs.
const maxBuilds = 3

var nameFormat = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Ensure builds the recipe's image if its inputs changed since the last build,
// and pushes it if the registry lacks it.
func (s *Store) Ensure(ctx context.Context, r Recipe) (res Result, err error) {
	start := time.Now()
	if err := s.locked(ctx, r, func(c cache) error {
		res, err = s.ensure(ctx, c, r)
		return err
	}); err != nil {
		return Result{}, err
	}
	res.Elapsed = time.Since(start)
	return res, nil
}

// Image gives the recipe's image, built if its inputs changed, and pushes nothing.
func (s *Store) Image(ctx context.Context, r Recipe) (img v1.Image, err error) {
	err = s.locked(ctx, r, func(c cache) error {
		img, _, err = s.cachedOrBuilt(ctx, c, r)
		return err
	})
	return img, err
}

// locked does something with the images of the recipe's name that no other
// process may do at the same time. Errors name the image.
func (s *Store) locked(ctx context.Context, r Recipe, do func(cache) error) error {
	name := r.Name()
	if !nameFormat.MatchString(name) {
		return fmt.Errorf("image name %q: expected lower-case letters, digits and single dashes", name)
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("image %s: making the image directory: %w", name, err)
	}
	unlock, err := lockFile(ctx, filepath.Join(s.Dir, name+".lock"))
	if err == nil {
		defer unlock()
		err = do(cache{dir: filepath.Join(s.Dir, name)})
	}
	if err != nil {
		return fmt.Errorf("image %s: %w", name, err)
	}
	return nil
}

func (s *Store) ensure(ctx context.Context, c cache, r Recipe) (Result, error) {
	img, cached, err := s.cachedOrBuilt(ctx, c, r)
	if err != nil {
		return Result{}, err
	}
	pushed, err := s.push(ctx, r.Name(), img)
	var corrupt *corruptError
	if errors.As(err, &corrupt) && cached {
		_, _ = fmt.Fprintf(s.log(), "%s: %v; building it again\n", r.Name(), err)
		if err := c.clear(); err != nil {
			return Result{}, err
		}
		if img, cached, err = s.cachedOrBuilt(ctx, c, r); err != nil {
			return Result{}, err
		}
		pushed, err = s.push(ctx, r.Name(), img)
	}
	if err != nil {
		return Result{}, err
	}
	return s.result(r.Name(), img, cached, pushed)
}

func (s *Store) result(name string, img v1.Image, cached, pushed bool) (Result, error) {
	digest, err := img.Digest()
	if err != nil {
		return Result{}, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return Result{}, err
	}
	res := Result{Name: name, Digest: digest.String(), Cached: cached, Pushed: pushed}
	res.Reference = s.Prefix + "/" + name + "@" + res.Digest
	for _, layer := range manifest.Layers {
		res.Size += layer.Size
	}
	return res, nil
}

// cachedOrBuilt gives the image from disk, after building it when the inputs
// are new. If they change during a build the result belongs to neither state,
// so the build is repeated.
func (s *Store) cachedOrBuilt(ctx context.Context, c cache, r Recipe) (v1.Image, bool, error) {
	key, err := inputsKey(ctx, r)
	if err != nil {
		return nil, false, err
	}
	img, err := c.load(key)
	if err == nil {
		return img, true, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		_, _ = fmt.Fprintf(s.log(), "%s: %v; building it again\n", r.Name(), err)
	}
	for range maxBuilds {
		built, err := r.Build(ctx, s.log())
		if err != nil {
			return nil, false, err
		}
		after, err := inputsKey(ctx, r)
		if err != nil {
			return nil, false, err
		}
		if after != key {
			key = after
			continue
		}
		img, err := c.save(key, built)
		return img, false, err
	}
	return nil, false, fmt.Errorf("the inputs changed during each of %d builds; wait until nothing edits them and try again", maxBuilds)
}

func inputsKey(ctx context.Context, r Recipe) (string, error) {
	fingerprint, err := r.Inputs(ctx)
	if err != nil {
		return "", fmt.Errorf("finding what it is made from: %w", err)
	}
	sum := sha256.Sum256([]byte(fingerprint))
	return hex.EncodeToString(sum[:16]), nil
}

func (s *Store) log() io.Writer {
	if s.Log == nil {
		return io.Discard
	}
	return s.Log
}
