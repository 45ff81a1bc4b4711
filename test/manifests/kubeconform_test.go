package manifests

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
)

// schemaPattern is how kubeconform finds the schema of a kind in a folder.
const schemaPattern = "{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json"

func TestKubeconform(t *testing.T) {
	for _, s := range suite.stacks {
		t.Run(s.name, func(t *testing.T) {
			schemas := writeSchemas(t, s.objects)
			results := kubeconform(t, schemas, s.files())
			require.Len(t, results, len(s.objects))
			for _, r := range results {
				if r.Status != "statusValid" {
					t.Errorf("%s/%s: %s: %s", r.Kind, r.Name, r.Status, r.Msg)
				}
			}
		})
	}
}

func TestKubeconformFindsFaults(t *testing.T) {
	schemas := writeSchemas(t, oneOfEachKind())
	for _, o := range oneOfEachKind() {
		results := kubeconform(t, schemas, []string{writeObject(t, t.TempDir(), "misspelt", misspelt(o))})
		require.Len(t, results, 1)
		assert.Equal(t, "statusInvalid", results[0].Status, o.GetKind())
		assert.Contains(t, results[0].Msg, misspeltField, o.GetKind())
	}
	var spoilt []object
	for _, o := range wrongTypes() {
		spoilt = append(spoilt, object{o, writeObject(t, t.TempDir(), "wrong", o)})
	}
	schemas = writeSchemas(t, spoilt)
	for _, o := range spoilt {
		results := kubeconform(t, schemas, []string{o.file})
		require.Len(t, results, 1)
		assert.Equal(t, "statusInvalid", results[0].Status, o.GetKind())
		assert.Contains(t, results[0].Msg, "string", o.GetKind())
	}
}

type conformance struct{ Kind, Name, Status, Msg string }

func kubeconform(t *testing.T, schemas string, files []string) []conformance {
	t.Helper()
	out := lint(t, suite.linters.Kubeconform, append([]string{
		"-strict", "-verbose", "-output=json", "-schema-location=" + filepath.Join(schemas, schemaPattern),
	}, files...)...)
	var report struct{ Resources []conformance }
	require.NoError(t, json.Unmarshal(out, &report), string(out))
	return report.Resources
}

// writeSchemas writes the schemas of the objects' kinds, as the API server
// publishes them, into a folder and returns it.
func writeSchemas(t *testing.T, objects []object) string {
	t.Helper()
	dir := t.TempDir()
	for _, o := range objects {
		kind := o.GroupVersionKind()
		group := cmp.Or(kind.Group, kind.Version) // as kubeconform calls the group without a name
		path := filepath.Join(dir, group, kind.Version, strings.ToLower(kind.Kind)+".json")
		if _, err := os.Stat(path); err == nil {
			continue
		}
		text, err := suite.server.jsonSchema(suite.context, o.Unstructured)
		require.NoError(t, err, o.title())
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	return dir
}

// jsonSchema returns the schema of an object's kind. The server publishes that
// of a new definition a moment after it begins to serve it.
func (s *server) jsonSchema(ctx context.Context, o *unstructured.Unstructured) (text []byte, err error) {
	var last error
	err = wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		text, last = s.publishedSchema(ctx, o.GroupVersionKind())
		return last == nil, nil
	})
	if err != nil {
		return nil, errors.Join(err, last)
	}
	return text, nil
}

func (s *server) publishedSchema(ctx context.Context, kind schema.GroupVersionKind) ([]byte, error) {
	path := "/openapi/v3/apis/" + kind.Group + "/" + kind.Version
	if kind.Group == "" {
		path = "/openapi/v3/api/" + kind.Version
	}
	document, err := s.Discovery().RESTClient().Get().AbsPath(path).Do(ctx).Raw()
	if err != nil {
		return nil, err
	}
	return jsonSchema(document, kind)
}
