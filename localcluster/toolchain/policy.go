package toolchain

import (
	"context"
	"path/filepath"
)

const policyPack = "tripsage-policy"

// Policy returns the checkout's policy pack. Next to the program is a copy of
// PulumiPolicy.yaml, which tells the engine the pack's version.
func (b *Builder) Policy(ctx context.Context) (program string, cached bool, err error) {
	dir, cached, err := b.ensure(ctx, build{
		module: "..", pkg: "./policy", output: policyPack,
		sources: []string{"policy", "go.mod", "go.sum"},
		extra:   map[string]string{"PulumiPolicy.yaml": "github.com/tripsage/infrastructure:policy/PulumiPolicy.yaml"},
	})
	return filepath.Join(dir, policyPack), cached, err
}
