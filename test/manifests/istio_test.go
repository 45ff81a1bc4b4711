package manifests

import (
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestIstio(t *testing.T) {
	judgeEachStack(t, "istio", istio)
}

// istio asks Istio itself, whose newer release still reads what ours accepts.
func istio(t *testing.T, stack string, files []string) []finding {
	t.Helper()
	out := lint(t, suite.linters.IstioAnalyze, files...)
	var report []struct{ Code, Level, Origin, Message string }
	require.NoError(t, json.Unmarshal(out, &report), string(out))
	var findings []finding
	for _, m := range report {
		findings = append(findings, finding{
			check: "istio " + m.Code, object: stack + " " + withoutNamespace(m.Origin), says: m.Message,
		})
	}
	return findings
}

// withoutNamespace turns Istio's "Gateway tripsage/public" into the name that
// findings have: "Gateway/public".
func withoutNamespace(origin string) string {
	kind, name, _ := strings.Cut(origin, " ")
	return kind + "/" + path.Base(name)
}

func TestIstioFindsFaults(t *testing.T) {
	meta := map[string]any{"name": "spoilt", "namespace": "spoilt"}
	route := func(subset string, weight int64) any {
		return map[string]any{"destination": map[string]any{"host": "spoilt", "subset": subset}, "weight": weight}
	}
	dir := t.TempDir()
	findings := istio(t, "spoilt", []string{
		writeObject(t, dir, "route", &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": meta,
			"spec": map[string]any{
				"hosts": []any{"spoilt.example"}, "gateways": []any{"nowhere"},
				"http": []any{map[string]any{"route": []any{route("a", 90), route("b", 20)}, "timeout": "-3s"}},
			},
		}}),
		writeObject(t, dir, "rule", &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": meta,
			"spec": map[string]any{"host": "spoilt", "subsets": []any{map[string]any{"name": "a"}}},
		}}),
	})
	requireFound(t, findings, "istio IST0101", `host+subset in destinationrule not found: "spoilt+b"`)
	requireFound(t, findings, "istio IST0101", `gateway not found: "nowhere"`)
	requireFound(t, findings, "istio IST0106", "Schema validation error")
}
