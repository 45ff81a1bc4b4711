package apiimage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// Layout is an image that Build has put into a folder.
type Layout struct {
	Folder string `json:"layout"`
	// Digest is that of the index, which stands for the images of all platforms.
	Digest string `json:"digest"`
	Source
	Platforms []Platform `json:"platforms"`

	index v1.ImageIndex
}

// Platform is the image for one operating system and architecture.
type Platform struct {
	Name   string `json:"platform"` // such as linux/amd64
	Digest string `json:"digest"`
	// Size is the compressed size of its layers, in bytes.
	Size int64 `json:"size"`
}

// Open reads and verifies the image in a folder, every byte of it: what is
// pushed must be what was built.
func Open(folder string) (Layout, error) {
	l := Layout{Folder: folder}
	if _, err := os.Stat(folder); err != nil {
		return l, fmt.Errorf("there is no image in %s: build one with `tripsage image build`", folder)
	}
	if err := l.read(); err != nil {
		return Layout{}, fmt.Errorf("the image in %s: %w; build it again", folder, err)
	}
	return l, nil
}

func (l *Layout) read() error {
	root, err := layout.ImageIndexFromPath(l.Folder)
	if err != nil {
		return err
	}
	entries, err := root.IndexManifest()
	if err != nil {
		return err
	}
	if len(entries.Manifests) != 1 {
		return fmt.Errorf("the layout lists %d images, expected 1", len(entries.Manifests))
	}
	l.Digest = entries.Manifests[0].Digest.String()
	if l.index, err = root.ImageIndex(entries.Manifests[0].Digest); err != nil {
		return err
	}
	if err := validate.Index(l.index); err != nil {
		return err
	}
	manifest, err := l.index.IndexManifest()
	if err != nil {
		return err
	}
	l.Revision = manifest.Annotations[labelPrefix+"revision"]
	l.Version = manifest.Annotations[labelPrefix+"version"]
	if l.Created, err = time.Parse(time.RFC3339, manifest.Annotations[labelPrefix+"created"]); err != nil {
		return err
	}
	for _, entry := range manifest.Manifests {
		if err := l.addPlatform(entry); err != nil {
			return err
		}
	}
	return nil
}

func (l *Layout) addPlatform(entry v1.Descriptor) error {
	image, err := l.index.Image(entry.Digest)
	if err != nil {
		return err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	if entry.Platform == nil {
		return fmt.Errorf("the entry %s names no platform", entry.Digest)
	}
	p := Platform{Name: entry.Platform.String(), Digest: entry.Digest.String()}
	for _, layer := range manifest.Layers {
		p.Size += layer.Size
	}
	l.Platforms = append(l.Platforms, p)
	return nil
}

// Program gives the API's program out of the image for a platform.
func (l Layout) Program(platform string) (program []byte, err error) {
	var known []string
	for _, p := range l.Platforms {
		if p.Name == platform {
			return l.program(p.Digest)
		}
		known = append(known, p.Name)
	}
	return nil, fmt.Errorf("--platform %q: the image has %s", platform, strings.Join(known, " and "))
}

func (l Layout) program(digest string) (program []byte, err error) {
	hash, err := v1.NewHash(digest)
	if err != nil {
		return nil, err
	}
	image, err := l.index.Image(hash)
	if err != nil {
		return nil, err
	}
	content := mutate.Extract(image)
	defer func() { err = errors.Join(err, content.Close()) }()
	var tree rootfs.Tree
	if err := tree.Extract(content, func(name string) (string, bool) { return name, true }); err != nil {
		return nil, err
	}
	file, ok := tree.Get(programPath)
	if !ok {
		return nil, fmt.Errorf("the image %s has no %s", digest, programPath)
	}
	// The rest of the stream, so that closing it finds nobody writing.
	_, err = io.Copy(io.Discard, content)
	return bytes.Clone(file.Data), err
}
