package images

import (
	"context"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// fromDebian is the recipe of an image that holds one program of a Debian
// package, and no shell. It runs as 999:999 with a read-only root file system.
type fromDebian struct {
	image, description, program string
	packages, drop, ports       []string
}

// Prometheus is the recipe of Prometheus from Debian packages. Its pages are the
// classic ones: Debian does not build the newer.
func Prometheus(name string) Recipe {
	return fromDebian{
		image: name, description: "Prometheus 2.53", program: "/usr/bin/prometheus", ports: []string{"9090/tcp"},
		packages: []string{
			"prometheus", "libc6",
			// what its pages are made of
			"fonts-glyphicons-halflings", "libjs-bootstrap4", "libjs-d3", "libjs-eonasdan-bootstrap-datetimepicker", "libjs-jquery",
			"libjs-jquery-hotkeys", "libjs-moment", "libjs-moment-timezone", "libjs-mustache", "libjs-popper.js", "libjs-rickshaw",
		},
	}
}

// Alertmanager is the recipe of Alertmanager from Debian packages. It has no
// pages, which Debian does not build: amtool and the API show its state.
func Alertmanager(name string) Recipe {
	return fromDebian{
		image: name, description: "Alertmanager 0.28", program: "/usr/bin/prometheus-alertmanager", ports: []string{"9093/tcp"},
		packages: []string{"prometheus-alertmanager", "libc6"}, drop: []string{"usr/bin/amtool"},
	}
}

// PostgresExporter is the recipe of postgres_exporter from Debian packages.
func PostgresExporter(name string) Recipe {
	return fromDebian{
		image: name, description: "postgres_exporter 0.17", program: "/usr/bin/prometheus-postgres-exporter", ports: []string{"9187/tcp"},
		packages: []string{"prometheus-postgres-exporter", "libc6"},
	}
}

func (f fromDebian) Name() string { return f.image }

func (f fromDebian) Inputs(context.Context) (string, error) {
	return fingerprint(map[string]any{"suite": suite, "set": f.set(), "container": f.container()})
}

func (f fromDebian) Build(ctx context.Context, log io.Writer) (v1.Image, error) {
	tree, versions, err := f.set().unpack(ctx, log, f.image)
	if err != nil {
		return nil, err
	}
	c := f.container()
	c.Labels[labelPackages] = packagesLabel(versions)
	img, err := assemble(c, tree)
	if err != nil {
		return nil, fmt.Errorf("assembling the image: %w", err)
	}
	return img, nil
}

func (f fromDebian) container() Container {
	return Container{
		Entrypoint: []string{f.program}, User: fmt.Sprintf("%d:%d", serviceID, serviceID), WorkingDir: "/", Ports: f.ports,
	}.describe(f.image, f.description+", from Debian "+suite+" packages")
}

func (f fromDebian) set() packageSet {
	return packageSet{Account: "monitoring", Home: "/", Packages: f.packages, Drop: f.drop}
}

// PrometheusOnHost makes prometheus, promtool, alertmanager and amtool run on the
// host, for tests, and gives their folder.
func PrometheusOnHost(ctx context.Context, cache string, log io.Writer) (bin string, err error) {
	programs := onHost{
		name: "prometheus", bin: "usr/bin", main: "prometheus",
		set:   packageSet{Account: "monitoring", Home: "/", Packages: []string{"prometheus", "promtool", "prometheus-alertmanager", "libc6"}},
		links: map[string]string{"alertmanager": "prometheus-alertmanager"},
	}
	return programs.programs(ctx, cache, log)
}
