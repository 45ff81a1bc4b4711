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
	for _, d := range definitions {
		err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
			now, err := client.Get(ctx, d.GetName(), metav1.GetOptions{})
			return err == nil && isEstablished(now), err
		})
		if err != nil {
			return fmt.Errorf("%s is not served: %w", d.GetName(), err)
		}
	}
	return nil
}

func isEstablished(definition *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(definition.Object, "status", "conditions")
	for _, each := range conditions {
		if condition, ok := each.(map[string]any); ok && condition["type"] == "Established" {
			return condition["status"] == "True"
		}
	}
	return false
}
