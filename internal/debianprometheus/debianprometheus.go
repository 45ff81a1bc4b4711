// Package debianprometheus gives tests the Prometheus and Alertmanager that the
// local stack runs, as programs on the host, with the tools that check what they
// read.
package debianprometheus

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// Programs returns the folder with prometheus, promtool, alertmanager and amtool.
// The first call on a machine downloads about 80 MB, and tells progress so; later
// ones take no time. It needs apt-get and dpkg-deb, and no root.
func Programs(ctx context.Context, progress io.Writer) (binDir string, err error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return "", err
	}
	bin, err := images.PrometheusOnHost(ctx, filepath.Join(cache, "tools"), progress)
	if err != nil {
		return "", fmt.Errorf("getting Prometheus for tests: %w", err)
	}
	return bin, nil
}
