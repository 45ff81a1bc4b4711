package images

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// nobody is the user of images that own no files.
const nobody = "65532:65532"

// Binary is the recipe of an image that holds one static program.
type Binary struct {
	// Image is the image's name.
	Image string
	// Description is one sentence for the image's labels.
	Description string
	// File is the program on the host.
	File string
	// Path is the program's absolute path in the image, such as "/api".
	Path string
	// Arch is the program's architecture in Go's terms; empty means this machine's.
	Arch string
	// Container says how it runs. An empty Entrypoint means Path, an empty User
	// means 65532:65532.
	Container Container
}

// Name gives the image's name.
func (b Binary) Name() string { return b.Image }

// Inputs covers the program and the configuration.
func (b Binary) Inputs(context.Context) (string, error) {
	program, err := hashFile(b.File)
	if err != nil {
		return "", err
	}
	b.File = "" // its place does not matter, its content does
	return fingerprint(map[string]any{"recipe": b, "program": program})
}

// Build makes the image.
func (b Binary) Build(context.Context, io.Writer) (v1.Image, error) {
	data, err := os.ReadFile(b.File)
	if err != nil {
		return nil, err
	}
	if err := checkStatic(b.File, data); err != nil {
		return nil, err
	}
	if !path.IsAbs(b.Path) {
		return nil, fmt.Errorf("path %q of the program in the image %s: expected an absolute path such as /%s", b.Path, b.Image, b.Image)
	}
	var program rootfs.Tree
	if err := program.File(b.Path, 0o755, data); err != nil {
		return nil, err
	}
	c := b.Container.describe(b.Image, b.Description)
	c.arch = b.Arch
	if len(c.Entrypoint) == 0 {
		c.Entrypoint = []string{b.Path}
	}
	if c.User == "" {
		c.User = nobody
	}
	return assemble(c, &program)
}

func checkStatic(file string, data []byte) error {
	loader, err := rootfs.Dynamic(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if loader != "" {
		return fmt.Errorf("%s needs the dynamic loader %s, which an empty image lacks; build it with CGO_ENABLED=0", file, strings.TrimSpace(loader))
	}
	return nil
}
