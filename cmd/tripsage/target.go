package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
	"github.com/tripsage/infrastructure/stacks"
)

// target is the cluster that a stack goes to.
type target struct {
	kubeconfig string
	home       string                // folder of the stack's state
	cluster    *localcluster.Cluster // nil when the cluster is not ours
	simulated  error                 // why pods are simulated; nil when they run
}

// choose says which cluster a command is about. It starts nothing.
func (s *settings) choose(ctx context.Context) (target, error) {
	if s.kubeconfig != "" {
		if s.nodes != "auto" {
			return target{}, fmt.Errorf("--nodes %s is about the embedded cluster, but KUBECONFIG names another one: drop one of them", s.nodes)
		}
		return target{kubeconfig: s.kubeconfig, home: filepath.Join(s.stateDir, "external", "pulumi")}, nil
	}
	if s.backend != "" {
		return target{}, fmt.Errorf("--backend %s (or TRIPSAGE_BACKEND) is for a stack on a cluster that others deploy to as well, "+
			"and KUBECONFIG is not set: set it, or drop the backend", s.backend)
	}
	nodes, why, err := s.chooseNodes(ctx)
	if err != nil {
		return target{}, err
	}
	cluster, err := localcluster.Open(s.stateDir, nodes)
	if err != nil {
		return target{}, err
	}
	return target{
		kubeconfig: cluster.Kubeconfig(), home: filepath.Join(cluster.Dir(), "pulumi"),
		cluster: cluster, simulated: why,
	}, nil
}

func (s *settings) chooseNodes(ctx context.Context) (nodes localcluster.Nodes, why, err error) {
	if s.nodes == string(localcluster.Simulated) {
		return localcluster.Simulated, errors.New("--nodes simulated was given"), nil
	}
	why = localcluster.CanHostNode(ctx)
	if why == nil {
		return localcluster.Real, nil, nil
	}
	if s.nodes == string(localcluster.Real) {
		return "", nil, fmt.Errorf("--nodes real: this machine cannot host a node: %w", why)
	}
	return localcluster.Simulated, why, nil
}

func (s *settings) stackFile() string { return filepath.Join(s.project, "Pulumi."+s.stack+".yaml") }

// check finds faults of the stack file before any long work begins. On the
// embedded cluster the images are ours to set, so they are taken as given.
func (s *settings) check(t target) error {
	wants, err := stacks.TargetOf(s.stackFile())
	if err != nil {
		return err
	}
	overrides := map[string]any{}
	if t.cluster != nil && wants.Context == "" {
		built := map[string]any{}
		for _, name := range wants.Images {
			built[name] = localcluster.RegistryName + "/" + strings.ToLower(name) + "@sha256:" + strings.Repeat("0", 64)
		}
		overrides["tripsage:images"] = built
	}
	return errors.Join(s.checkContext(t, wants.Context), stacks.CheckFile(s.stackFile(), s.stack, overrides))
}

// checkContext refuses a cluster that is not the one that the stack names.
func (s *settings) checkContext(t target, context string) error {
	if context == "" {
		return nil
	}
	want := fmt.Sprintf("stack %q goes to the cluster of the context %q (tripsage:kubernetes.context)", s.stack, context)
	if t.cluster != nil {
		return fmt.Errorf("%s, and KUBECONFIG is not set: set it to a file with that context; the embedded cluster runs the stack local", want)
	}
	config, err := (&clientcmd.ClientConfigLoadingRules{Precedence: filepath.SplitList(t.kubeconfig)}).Load()
	if err != nil {
		return fmt.Errorf("KUBECONFIG: %w", err)
	}
	if _, known := config.Contexts[context]; !known {
		names := slices.Sorted(maps.Keys(config.Contexts))
		return fmt.Errorf("%s, and KUBECONFIG=%s has only the contexts %q: set another file or another context", want, t.kubeconfig, names)
	}
	return nil
}

// step runs one step of the work and shows it. do returns a note on how it
// went, such as "cached".
func (s *settings) step(name string, do func(detail func(string)) (note string, err error)) error {
	step := s.steps.Start(name)
	note, err := do(step.Detail)
	if err != nil {
		step.Fail()
		return err
	}
	step.Done(note)
	return nil
}

func (s *settings) builder(detail func(string)) *toolchain.Builder {
	return &toolchain.Builder{
		Tools: filepath.Join(s.project, "tools"), Cache: s.cacheDir, Note: detail,
	}
}

// engine makes the Pulumi command and the plugins of the stack available.
func (s *settings) engine(ctx context.Context) (engine toolchain.Engine, err error) {
	wants, err := stacks.TargetOf(s.stackFile())
	if err != nil {
		return engine, err
	}
	err = s.step("Pulumi engine", func(detail func(string)) (string, error) {
		engine, err = s.builder(detail).Pulumi(ctx)
		return cachedNote(engine.Cached), err
	})
	if err != nil || !wants.Services {
		return engine, err
	}
	err = s.step("Vercel, GitHub", func(detail func(string)) (string, error) {
		plugins, cached, err := s.builder(detail).Providers(ctx)
		maps.Copy(engine.Plugins, plugins)
		return cachedNote(cached), err
	})
	return engine, err
}

func cachedNote(cached bool) string {
	if cached {
		return "cached"
	}
	return ""
}
