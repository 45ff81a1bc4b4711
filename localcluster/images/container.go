package images

import (
	"fmt"
	"maps"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// Container is how a container of the image runs and how the image describes
// itself.
type Container struct {
	// Entrypoint is the program and its fixed first arguments.
	Entrypoint []string
	// User is "uid:gid", numeric.
	User string
	// Env holds NAME=value pairs.
	Env        []string
	WorkingDir string
	// Ports are "8000/tcp" and the like; they inform and open nothing.
	Ports []string
	// Labels go to the configuration and, as annotations, to the manifest.
	Labels map[string]string
	// Created is when the content was made, such as a commit's date; zero means rootfs.Epoch.
	Created time.Time

	arch string // empty means this machine's
}

const (
	labelTitle       = "org.opencontainers.image.title"
	labelDescription = "org.opencontainers.image.description"
	labelVendor      = "org.opencontainers.image.vendor"
	labelPackages    = "org.tripsage.image.debian-packages"
)

// describe adds the standard labels to those of the container.
func (c Container) describe(name, description string) Container {
	labels := map[string]string{labelTitle: name, labelDescription: description, labelVendor: "TripSage"}
	maps.Copy(labels, c.Labels)
	c.Labels = labels
	return c
}

// assemble makes an OCI image of trees, one layer each, lowest first.
func assemble(c Container, trees ...*rootfs.Tree) (v1.Image, error) {
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err := mutate.ConfigFile(img, c.configFile())
	if err != nil {
		return nil, fmt.Errorf("writing the image configuration: %w", err)
	}
	for _, tree := range trees {
		layer, err := tree.Layer()
		if err != nil {
			return nil, fmt.Errorf("making a layer: %w", err)
		}
		history := v1.History{CreatedBy: "tripsage", Created: c.created()}
		if img, err = mutate.Append(img, mutate.Addendum{Layer: layer, History: history}); err != nil {
			return nil, fmt.Errorf("adding a layer: %w", err)
		}
	}
	annotated, ok := mutate.Annotations(img, c.Labels).(v1.Image)
	if !ok {
		return nil, fmt.Errorf("adding annotations: unexpected type %T", img)
	}
	return annotated, nil
}

func (c Container) created() v1.Time {
	if c.Created.IsZero() {
		return v1.Time{Time: rootfs.Epoch()}
	}
	return v1.Time{Time: c.Created.UTC()}
}

func (c Container) configFile() *v1.ConfigFile {
	cf := &v1.ConfigFile{
		Architecture: archOr(c.arch), OS: "linux", Created: c.created(),
		RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: c.Entrypoint, User: c.User, Env: c.Env, WorkingDir: c.WorkingDir,
			Labels: c.Labels, StopSignal: "SIGTERM",
		},
	}
	for _, port := range c.Ports {
		if cf.Config.ExposedPorts == nil {
			cf.Config.ExposedPorts = map[string]struct{}{}
		}
		cf.Config.ExposedPorts[port] = struct{}{}
	}
	return cf
}
