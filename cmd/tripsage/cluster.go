package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/stacks"
)

// startCluster brings the embedded cluster up, as far as it is not, and
// returns the references of the platform's images.
func (s *settings) startCluster(ctx context.Context, t target) (map[string]any, error) {
	programs, err := s.programs(ctx, t.cluster.Nodes)
	if err != nil {
		return nil, err
	}
	err = s.step("Control plane", func(func(string)) (string, error) {
		already, err := t.cluster.StartControlPlane(ctx, programs)
		return runningNote(already), err
	})
	if err != nil {
		return nil, err
	}
	wants, err := stacks.TargetOf(s.stackFile())
	if err != nil {
		return nil, err
	}
	built, err := s.images(ctx, t.cluster, programs, wants.Images)
	if err != nil {
		return nil, err
	}
	err = s.step("Node ("+string(t.cluster.Nodes)+")", func(func(string)) (string, error) {
		already, err := t.cluster.StartNode(ctx, programs, built["pause"])
		return runningNote(already), err
	})
	if err != nil {
		return nil, err
	}
	if t.cluster.Nodes == localcluster.Real {
		err = s.step("Cluster services", func(func(string)) (string, error) {
			return "DNS, metrics", t.cluster.ApplyServices(ctx, built["addons"])
		})
	}
	if err != nil {
		return nil, err
	}
	platform := map[string]any{}
	for _, name := range wants.Images {
		platform[name] = built[strings.ToLower(name)]
	}
	return platform, err
}

// programs makes available what the cluster is made of.
func (s *settings) programs(ctx context.Context, nodes localcluster.Nodes) (p localcluster.Programs, err error) {
	if nodes == localcluster.Real {
		err = s.step("Debian packages", func(func(string)) (string, error) {
			found, already, err := localcluster.InstallPackages(ctx)
			p.Packages = found
			return cachedNote(already), err
		})
		if err != nil {
			return p, err
		}
	}
	err = s.step("Kubernetes programs", func(detail func(string)) (string, error) {
		b := s.builder(detail)
		node, all, err := b.Node(ctx)
		if err != nil {
			return "", err
		}
		p.Node = node
		var cached bool
		if nodes == localcluster.Simulated {
			p.KWOK, cached, err = b.KWOK(ctx)
		} else {
			p.Addons, cached, err = b.Addons(ctx)
		}
		return cachedNote(all && cached), err
	})
	return p, err
}

// images builds what has changed of what the stack wants, and pushes what the
// registry lacks. The names are in lower case, as registries want them.
func (s *settings) images(ctx context.Context, cluster *localcluster.Cluster, programs localcluster.Programs, wants []string) (map[string]string, error) {
	recipes := s.recipes(cluster.Nodes, programs, wants)
	built := map[string]string{}
	err := s.step("Images", func(detail func(string)) (string, error) {
		store := images.Store{
			Dir: filepath.Join(s.cacheDir, "images-"+string(cluster.Nodes)), Registry: cluster.Registry(),
			Prefix: localcluster.RegistryName, Log: lineWriter(detail),
		}
		cached := true
		for _, recipe := range recipes {
			detail(recipe.Name())
			result, err := store.Ensure(ctx, recipe)
			if err != nil {
				return "", err
			}
			built[recipe.Name()] = result.Reference
			cached = cached && result.Cached
		}
		return cachedNote(cached), nil
	})
	return built, err
}

// recipes are those of the wanted images, and of what the cluster itself runs.
// With simulated nodes nothing is ever run from them, so what needs root to build
// is stood in for by an empty image that says so.
func (s *settings) recipes(nodes localcluster.Nodes, programs localcluster.Programs, wants []string) []images.Recipe {
	known := map[string]images.Recipe{
		"dragonfly": images.Dragonfly{Image: "dragonfly", Module: s.project}, "postgres": images.Postgres("postgres"),
		"prometheus": images.Prometheus("prometheus"), "alertmanager": images.Alertmanager("alertmanager"),
		"postgresexporter": images.PostgresExporter("postgresexporter"),
	}
	recipes := []images.Recipe{apiimage.Recipe(s.project)}
	for _, want := range wants {
		name := strings.ToLower(want)
		recipe, other := known[name]
		switch {
		case other && nodes == localcluster.Real:
			recipes = append(recipes, recipe)
		case other:
			recipes = append(recipes, images.Placeholder(name))
		}
	}
	if nodes != localcluster.Real {
		return recipes
	}
	return append(recipes, images.GoProgram{
		Image: "pause", Description: "Holds the namespaces of a pod", Module: s.project,
		Package: "./localcluster/images/pause", Path: "/pause",
	}, images.Binary{
		Image: "addons", Description: "CoreDNS and metrics-server", File: programs.Addons, Path: "/addons",
	})
}

func runningNote(already bool) string {
	if already {
		return "running"
	}
	return "started"
}

// lineWriter passes each line that is written to a function.
type lineWriter func(string)

func (w lineWriter) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if line = strings.TrimSpace(line); line != "" {
			w(line)
		}
	}
	return len(p), nil
}
