package manifests

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The server takes every object of a stack, and the pod of every workload.
func TestServerTakesEveryObject(t *testing.T) {
	forEachStack(t, func(t *testing.T, s stack) {
		for _, namespace := range namespacesOf(s.objects) {
			require.NoError(t, suite.server.ensureNamespace(suite.context, namespace, s.objects))
		}
		pods := 0
		for _, o := range inOrder(s.objects) {
			if err := suite.server.apply(suite.context, o.Unstructured); err != nil {
				t.Errorf("%s: %v", o.title(), err)
			}
			if pod := podOf(o); pod != nil {
				pods++
				if err := suite.server.create(suite.context, pod); err != nil {
					t.Errorf("a pod of %s: %v", o.title(), err)
				}
			}
		}
		assert.NotZero(t, pods, "a stack without a workload is no stack of ours")
	})
}

// inOrder puts first what others need to be there.
func inOrder(objects []object) []object {
	first := []string{"Namespace", "ServiceAccount", "PriorityClass", "ConfigMap", "Secret"}
	rank := func(o object) int {
		if at := slices.Index(first, o.GetKind()); at >= 0 {
			return at
		}
		return len(first)
	}
	sorted := slices.Clone(objects)
	slices.SortStableFunc(sorted, func(a, b object) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted
}

func namespacesOf(objects []object) []string {
	var names []string
	for _, o := range objects {
		if name := o.GetNamespace(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// podOf returns the pod that a workload makes, or nil.
func podOf(o object) *unstructured.Unstructured {
	template, found, err := unstructured.NestedMap(o.Object, "spec", "template")
	if o.GetKind() == "CronJob" {
		template, found, err = unstructured.NestedMap(o.Object, "spec", "jobTemplate", "spec", "template")
	}
	if err != nil || !found || template["spec"] == nil {
		return nil
	}
	pod := &unstructured.Unstructured{Object: template}
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetName(o.GetName())
	pod.SetNamespace(o.GetNamespace())
	return pod
}

// The admission of each namespace with workloads is at work: it refuses their
// own pods once they ask for more than the restricted standard gives.
func TestServerRefusesPrivilegedPods(t *testing.T) {
	forEachStack(t, func(t *testing.T, s stack) {
		for _, o := range s.objects {
			pod := podOf(o)
			if pod == nil {
				continue
			}
			namespace, err := suite.server.CoreV1().Namespaces().Get(suite.context, o.GetNamespace(), metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, "restricted", namespace.Labels["pod-security.kubernetes.io/enforce"], o.GetNamespace())
			containers, _, err := unstructured.NestedSlice(pod.Object, "spec", "containers")
			require.NoError(t, err)
			containers[0].(map[string]any)["securityContext"] = map[string]any{"privileged": true}
			require.NoError(t, unstructured.SetNestedSlice(pod.Object, containers, "spec", "containers"))
			err = suite.server.create(suite.context, pod)
			assert.True(t, apierrors.IsForbidden(err), "%s: %v", o.title(), err)
			assert.ErrorContains(t, err, `violates PodSecurity "restricted`, o.title())
		}
	})
}

// A field that a kind does not have is refused, for every kind that we use: so
// the server has a schema for each, and holds objects against it.
func TestServerRefusesUnknownFields(t *testing.T) {
	for _, o := range oneOfEachKind() {
		t.Run(o.GetKind(), func(t *testing.T) {
			assert.NoError(t, suite.server.apply(suite.context, o.Unstructured, metav1.DryRunAll), "as it is")
			assert.ErrorContains(t, suite.server.apply(suite.context, misspelt(o), metav1.DryRunAll), misspeltField)
		})
	}
}

func TestServerRefusesWrongTypes(t *testing.T) {
	for _, bad := range wrongTypes() {
		require.NoError(t, suite.server.ensureNamespace(suite.context, bad.GetNamespace(), nil))
		err := suite.server.apply(suite.context, bad, metav1.DryRunAll)
		assert.ErrorContains(t, err, "expected numeric (int or float), got string", bad.GetKind())
	}
}
