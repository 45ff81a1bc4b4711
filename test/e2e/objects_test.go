package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
)

// objects maps every object of the cluster to a digest of its identity and
// content. What changes by itself is left out: status, bookkeeping, the kinds
// that live from reporting, and what controllers and the autoscaler decide.
func (c cluster) objects(t *testing.T) map[string]string {
	t.Helper()
	lists, err := c.Discovery().ServerPreferredResources()
	var partial *discovery.ErrGroupDiscoveryFailed // an extension that is not there yet
	if err != nil && !errors.As(err, &partial) {
		require.NoError(t, err)
	}
	client, err := dynamic.NewForConfig(c.config)
	require.NoError(t, err)
	busy := []string{"Event", "Lease", "EndpointSlice", "Endpoints", "NodeMetrics", "PodMetrics", "Pod", "ReplicaSet"}
	found := map[string]string{}
	for _, list := range lists {
		group, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, resource := range list.APIResources {
			if !slices.Contains(resource.Verbs, "list") || slices.Contains(busy, resource.Kind) {
				continue
			}
			all, err := client.Resource(group.WithResource(resource.Name)).List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err, resource.Kind)
			for _, object := range all.Items {
				found[resource.Kind+" "+object.GetNamespace()+"/"+object.GetName()] = digest(t, object)
			}
		}
	}
	return found
}

func digest(t *testing.T, object unstructured.Unstructured) string {
	t.Helper()
	delete(object.Object, "status")
	object.SetManagedFields(nil)
	object.SetResourceVersion("")
	if object.GetKind() == "Deployment" {
		unstructured.RemoveNestedField(object.Object, "spec", "replicas")
		object.SetGeneration(0)
	}
	if object.GetKind() == "Node" { // reports in its annotations, too
		object.SetAnnotations(nil)
	}
	text, err := json.Marshal(object.Object)
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
