package toolchain

import (
	"context"
	"path/filepath"
)

// kubernetesFlags tell the programs their version: a module carries none.
const kubernetesFlags = "-X k8s.io/component-base/version.gitVersion=v1.34.2" +
	" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34"

// Node returns the program that holds the cluster's own processes.
func (b *Builder) Node(ctx context.Context) (program string, cached bool, err error) {
	dir, cached, err := b.ensure(ctx, build{module: "kube", pkg: "./cmd/node", output: "node", ldflags: kubernetesFlags})
	return filepath.Join(dir, "node"), cached, err
}

// Addons returns the program of the cluster's DNS and metrics pods.
func (b *Builder) Addons(ctx context.Context) (program string, cached bool, err error) {
	dir, cached, err := b.ensure(ctx, build{module: "kube", pkg: "./cmd/addons", output: "addons", ldflags: kubernetesFlags})
	return filepath.Join(dir, "addons"), cached, err
}

// KWOK returns the program that simulates nodes.
func (b *Builder) KWOK(ctx context.Context) (program string, cached bool, err error) {
	dir, cached, err := b.ensure(ctx, build{module: "kwok", pkg: "sigs.k8s.io/kwok/cmd/kwok", output: "kwok"})
	return filepath.Join(dir, "kwok"), cached, err
}
