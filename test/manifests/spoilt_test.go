package manifests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const misspeltField = "replicaCuont"

// misspelt is a copy of an object with a field that its kind does not have:
// where most of its fields are.
func misspelt(o object) *unstructured.Unstructured {
	spoilt := o.DeepCopy()
	if spec, ok := spoilt.Object["spec"].(map[string]any); ok {
		spec[misspeltField] = int64(3)
	} else {
		spoilt.Object[misspeltField] = int64(3)
	}
	return spoilt
}

// wrongTypes are objects with a value of another type than their field has.
func wrongTypes() []*unstructured.Unstructured {
	meta := map[string]any{"name": "spoilt", "namespace": "spoilt"}
	return []*unstructured.Unstructured{
		{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": meta,
			"spec": map[string]any{"hosts": []any{"spoilt"}, "http": []any{map[string]any{
				"route": []any{map[string]any{"destination": map[string]any{"host": "spoilt"}, "weight": "ninety"}},
			}}},
		}},
		{Object: map[string]any{
			"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": meta,
			"spec": map[string]any{
				"targetRef": map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": "spoilt"},
				"service":   map[string]any{"port": int64(80)}, "analysis": map[string]any{"threshold": "many"},
			},
		}},
		{Object: map[string]any{
			"apiVersion": "dragonflydb.io/v1alpha1", "kind": "Dragonfly", "metadata": meta,
			"spec": map[string]any{"replicas": "two"},
		}},
		{Object: map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
			"spec": map[string]any{
				"replicas": "two", "selector": map[string]any{"matchLabels": map[string]any{"a": "b"}},
				"template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"a": "b"}}},
			},
		}},
	}
}

// carelessDeployment has what no workload of ours may have.
func carelessDeployment() *unstructured.Unstructured {
	labels := map[string]any{"app": "careless"}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": map[string]any{"name": "careless", "namespace": "spoilt"},
		"spec": map[string]any{
			"replicas": int64(1), "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{
				"metadata": map[string]any{"labels": labels},
				"spec": map[string]any{"containers": []any{map[string]any{
					"name": "careless", "image": "careless:latest", "securityContext": map[string]any{"privileged": true},
				}}},
			},
		},
	}}
}

// writeObject writes an object as the linters want it.
func writeObject(t *testing.T, dir, name string, o *unstructured.Unstructured) string {
	t.Helper()
	text, err := yaml.Marshal(o.Object)
	require.NoError(t, err)
	path := filepath.Join(dir, name+".yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// stackOf makes a stack of objects that are not rendered.
func stackOf(t *testing.T, objects ...*unstructured.Unstructured) stack {
	t.Helper()
	s, dir := stack{name: "spoilt"}, t.TempDir()
	for _, o := range objects {
		s.objects = append(s.objects, object{o, writeObject(t, dir, o.GetKind(), o)})
	}
	return s
}

// oneFile puts the objects of several files into one, for linters that look at
// how objects fit together and read one file only.
func oneFile(t *testing.T, files []string) string {
	t.Helper()
	var all []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(append(all, "\n---\n"...), text...)
	}
	path := filepath.Join(t.TempDir(), "all.yaml")
	require.NoError(t, os.WriteFile(path, all, 0o600))
	return path
}
