package images

import (
	"context"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const labelPlaceholder = "org.tripsage.image.placeholder"

type placeholder struct{ name string }

// Placeholder is the recipe of a real but empty image for clusters whose nodes
// are simulated: references to it by digest exist, and nothing in it can run.
// The label org.tripsage.image.placeholder says so.
func Placeholder(name string) Recipe { return placeholder{name} }

func (p placeholder) Name() string { return p.name }

func (p placeholder) Inputs(context.Context) (string, error) {
	return fingerprint(map[string]any{"placeholder": p.container()})
}

func (p placeholder) Build(context.Context, io.Writer) (v1.Image, error) {
	return assemble(p.container())
}

func (p placeholder) container() Container {
	c := Container{User: nobody, Labels: map[string]string{labelPlaceholder: "true"}}
	return c.describe(p.name, "Placeholder of "+p.name+" for simulated nodes; it holds no program")
}
