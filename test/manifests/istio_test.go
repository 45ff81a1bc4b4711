package manifests

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestIstio(t *testing.T) {
	judgeEachStack(t, "istio", istio)
}

// istio asks Istio itself, whose newer release still reads what ours accepts.
func istio(t *testing.T, s stack) []finding {
	t.Helper()
	out := lint(t, suite.linters.IstioAnalyze, append(s.files(), writePods(t, s)...)...)
	var report []struct{ Code, Level, Origin, Message string }
	require.NoError(t, json.Unmarshal(out, &report), string(out))
	var findings []finding
	for _, m := range report {
		findings = append(findings, finding{
			check: "istio " + m.Code, object: s.name + " " + withoutNamespace(m.Origin), says: m.Message,
		})
	}
	return findings
}

// writePods writes the pods that the cluster would make, because Istio compares
// selectors with pods. A webhook of Istio's would have put its proxy into those
// that are in the mesh.
func writePods(t *testing.T, s stack) []string {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for _, o := range s.objects {
		pod := podOf(o)
		if pod == nil {
			continue
		}
		if s.injects(o.GetNamespace()) && pod.GetLabels()["sidecar.istio.io/inject"] != "false" {
			containers, _, err := unstructured.NestedSlice(pod.Object, "spec", "containers")
			require.NoError(t, err)
			containers = append(containers, map[string]any{"name": "istio-proxy", "image": "istio/proxyv2"})
			require.NoError(t, unstructured.SetNestedSlice(pod.Object, containers, "spec", "containers"))
		}
		files = append(files, writeObject(t, dir, o.GetKind()+"-"+o.GetName(), pod))
	}
	return files
}

// injects tells whether Istio adds its proxy to the pods of a namespace.
func (s stack) injects(namespace string) bool {
	return slices.ContainsFunc(s.objects, func(o object) bool {
		return o.GetKind() == "Namespace" && o.GetName() == namespace && o.GetLabels()["istio-injection"] == "enabled"
	})
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
	findings := istio(t, stackOf(t,
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": meta,
			"spec": map[string]any{
				"hosts": []any{"spoilt.example"}, "gateways": []any{"nowhere"},
				"http": []any{map[string]any{"route": []any{route("a", 90), route("b", 20)}, "timeout": "-3s"}},
			},
		}},
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": meta,
			"spec": map[string]any{"host": "spoilt", "subsets": []any{map[string]any{"name": "a"}}},
		}},
	))
	requireFound(t, findings, "istio IST0101", `host+subset in destinationrule not found: "spoilt+b"`)
	requireFound(t, findings, "istio IST0101", `gateway not found: "nowhere"`)
	requireFound(t, findings, "istio IST0101", `host not found: "spoilt"`)
	requireFound(t, findings, "istio IST0106", "Schema validation error")
}
