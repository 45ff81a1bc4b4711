package apiimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/tripsage/infrastructure/localcluster/images"
)

const labelPrefix = "org.opencontainers.image."

// Build makes the image of the checkout for every architecture and puts it into
// the folder as an OCI layout, in place of the one before.
func Build(ctx context.Context, project, folder string, source Source, log io.Writer) (Layout, error) {
	var index v1.ImageIndex = empty.Index
	for _, arch := range architectures() {
		image, err := recipe(project, arch, source).Build(ctx, log)
		if err != nil {
			return Layout{}, err
		}
		platform := &v1.Platform{OS: "linux", Architecture: arch}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	index, ok := mutate.Annotations(mutate.IndexMediaType(index, types.OCIImageIndex), labels(source)).(v1.ImageIndex)
	if !ok {
		return Layout{}, errors.New("annotating the image index gave something else")
	}
	if err := replace(folder, index); err != nil {
		return Layout{}, fmt.Errorf("writing the image to %s: %w", folder, err)
	}
	return Open(folder)
}

// recipe is Recipe for an architecture, with what a published image says of
// itself. None of it is in a layer.
func recipe(project, arch string, source Source) images.GoProgram {
	r := Recipe(project)
	r.Arch = arch
	r.Container.Created = source.Created
	r.Container.Labels = labels(source)
	r.Container.Env = []string{"API_VERSION=" + source.Version, "API_COMMIT=" + source.Revision}
	return r
}

func labels(source Source) map[string]string {
	return map[string]string{
		labelPrefix + "source":   Repository,
		labelPrefix + "revision": source.Revision,
		labelPrefix + "version":  source.Version,
		labelPrefix + "created":  source.Created.Format("2006-01-02T15:04:05Z"),
	}
}

// replace writes the index beside its place and moves it there, so that an
// interrupted build leaves the old image or the new one.
func replace(folder string, index v1.ImageIndex) (err error) {
	above := filepath.Dir(folder)
	if err := os.MkdirAll(above, 0o755); err != nil {
		return err
	}
	if err := ours(folder); err != nil {
		return err
	}
	work, err := os.MkdirTemp(above, ".image-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	// One entry, the index: tools that read layouts take an only entry without being told its name.
	fresh := filepath.Join(work, "new")
	if _, err := layout.Write(fresh, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: index})); err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.Rename(fresh, folder)
}

// ours refuses to delete a folder that is not an OCI layout.
func ours(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, "oci-layout")); err != nil {
		return errors.New("the folder holds something that is not an image; name another one with --layout")
	}
	return nil
}
