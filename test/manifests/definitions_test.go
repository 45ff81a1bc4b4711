package manifests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/tripsage/infrastructure/components/dragonfly/dragonflytest"
)

// upstreamFiles are the definitions as their projects publish them, in the very
// modules whose Go types the components are written with.
func upstreamFiles() map[string]string {
	return map[string]string{
		"istio.io/api":              "kubernetes/customresourcedefinitions.gen.yaml",
		"github.com/fluxcd/flagger": "artifacts/flagger/crd.yaml",
	}
}

// upstreamDefinitions are the custom resource definitions that the platform's
// objects need.
func upstreamDefinitions(ctx context.Context) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	for module, file := range upstreamFiles() {
		dir, err := command(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, dir)
		}
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), file))
		if err != nil {
			return nil, err
		}
		found, err := decodeAll(text)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", file, module, err)
		}
		all = append(all, found...)
	}
	return append(all, &unstructured.Unstructured{Object: dragonflytest.CRD()}), nil
}

// decodeAll reads a file of several objects.
func decodeAll(text []byte) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 1<<20)
	for {
		var fields map[string]any
		if err := decoder.Decode(&fields); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if len(fields) > 0 {
			all = append(all, &unstructured.Unstructured{Object: fields})
		}
	}
}

// install makes the server know the definitions, and waits until it does.
func (s *server) install(ctx context.Context, definitions []*unstructured.Unstructured) error {
	client, err := s.resource(definitions[0])
	if err != nil {
		return err
	}
	for _, d := range definitions {
		if _, err := client.Create(ctx, d, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	var last error
	err = wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		s.mapper.Reset() // it remembers what was not there
		last = s.knows(definitions)
		return last == nil, nil
	})
	if err != nil {
		return errors.Join(err, last)
	}
	return nil
}

// knows returns an error when the server does not serve a definition's kind.
func (s *server) knows(definitions []*unstructured.Unstructured) error {
	for _, d := range definitions {
		group, _, err := unstructured.NestedString(d.Object, "spec", "group")
		if err != nil {
			return err
		}
		kind, _, err := unstructured.NestedString(d.Object, "spec", "names", "kind")
		if err != nil {
			return err
		}
		if _, err := s.mapper.RESTMapping(schema.GroupKind{Group: group, Kind: kind}); err != nil {
			return err
		}
	}
	return nil
}
