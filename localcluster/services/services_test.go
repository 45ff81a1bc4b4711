package services

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func renderAll(t *testing.T) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	values := Values{Provisioner: "example.com/p", DNSAddress: "10.96.0.10", AddonsImage: "tripsage.local/addons@sha256:0", CACert: "ca", MetricsCert: "cert", MetricsKey: "key"}
	for _, name := range []string{"access.yaml", "storage.yaml", "dns.yaml", "metrics.yaml"} {
		objects, err := render(name, values)
		require.NoError(t, err)
		require.NotEmpty(t, objects)
		for _, o := range objects {
			key := o.GetKind() + "/" + o.GetName()
			assert.Nil(t, all[key], "%s twice", key)
			all[key] = o
		}
	}
	return all
}

func TestManifestsAreFilled(t *testing.T) {
	all := renderAll(t)
	address, _, err := unstructured.NestedString(all["Service/kube-dns"].Object, "spec", "clusterIP")
	require.NoError(t, err)
	assert.Equal(t, "10.96.0.10", address)
	assert.Equal(t, "example.com/p", all["StorageClass/tripsage-local"].Object["provisioner"])
	key, _, err := unstructured.NestedString(all["Secret/metrics-server-tls"].Object, "data", "tls.key")
	require.NoError(t, err)
	assert.Equal(t, "a2V5", key)
}

// Nobody but an administrator needs more than it says in access.yaml.
func TestNoRuleIsAWildcard(t *testing.T) {
	for key, object := range renderAll(t) {
		rules, _, err := unstructured.NestedSlice(object.Object, "rules")
		require.NoError(t, err)
		for _, rule := range rules {
			for _, field := range []string{"apiGroups", "resources", "verbs"} {
				assert.NotContains(t, rule.(map[string]any)[field], "*", key)
			}
		}
	}
}

// Network policies name the port of the pod, not of the Service.
func TestDNSPodListensOnTheDNSPort(t *testing.T) {
	containers, _, err := unstructured.NestedSlice(renderAll(t)["Deployment/coredns"].Object, "spec", "template", "spec", "containers")
	require.NoError(t, err)
	ports := containers[0].(map[string]any)["ports"].([]any)
	assert.EqualValues(t, 53, ports[0].(map[string]any)["containerPort"])
	assert.EqualValues(t, 53, ports[1].(map[string]any)["containerPort"])
}
