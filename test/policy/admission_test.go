package policytest

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/tripsage/infrastructure/localcluster"
)

const admission = "API server"

// controls are the words of the API server's refusals, by the names that the
// Pod Security Standards give the controls.
func controls() map[string]string {
	return map[string]string{
		"privileged (": "Privileged Containers", "allowPrivilegeEscalation != false": "Privilege Escalation",
		"unrestricted capabilities": "Capabilities", "non-default capabilities": "Capabilities",
		"host namespaces": "Host Namespaces", "hostPath volumes": "HostPath Volumes", "hostPort": "Host Ports",
		"restricted volume types": "Volume Types", "runAsNonRoot != true": "Running as Non-root",
		"runAsUser=0": "Running as Non-root user", "seccompProfile": "Seccomp", "procMount": "/proc Mount Type",
		"seLinuxOptions": "SELinux", "forbidden sysctls": "Sysctls", "hostProcess": "HostProcess",
		"AppArmor": "AppArmor", "probe or lifecycle host": "Host Probes / Lifecycle Hooks",
	}
}

// admitter judges the pods of broken workloads with the restricted admission of
// a real API server. It gives up on pods that are no pods.
func admitter(t *testing.T) func(ctx context.Context, one trialCase) (found []string, ok bool) {
	t.Helper()
	client := controlPlane(t)
	pods := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(restricted)
	return func(ctx context.Context, one trialCase) (found []string, ok bool) {
		for _, r := range one.resources {
			if one.operator != asShipped && r.URN != one.subject.URN {
				continue
			}
			pod := podOf(r)
			if pod == nil {
				continue
			}
			_, err := pods.Create(ctx, pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			switch {
			case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "violates PodSecurity"):
				for words, control := range controls() {
					if strings.Contains(err.Error(), words) {
						found = append(found, control)
					}
				}
				if len(found) == 0 {
					found = append(found, err.Error())
				}
			case err != nil:
				return []string{err.Error()}, false
			}
			ok = true
		}
		slices.Sort(found)
		return slices.Compact(found), ok
	}
}

const restricted = "restricted"

// podOf is the pod that a workload makes, without what other admission asks of
// it, or nil.
func podOf(r thing) *unstructured.Unstructured {
	template, _ := at(r.Properties, "spec.template").(object)
	if inner, ok := at(r.Properties, "spec.jobTemplate.spec.template").(object); ok {
		template = inner
	}
	if at(template, "spec") == nil {
		return nil
	}
	fields := plainJSON(template).(object)
	for _, name := range []string{"serviceAccountName", "serviceAccount"} {
		drop(fields, "spec."+name)
	}
	put(fields, "spec.automountServiceAccountToken", false)
	pod := &unstructured.Unstructured{Object: fields}
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetName("judged")
	pod.SetNamespace(restricted)
	return pod
}

// controlPlane starts an API server without nodes, and a namespace in it that
// admits what the restricted standard allows.
func controlPlane(t *testing.T) dynamic.Interface {
	t.Helper()
	ctx := interruptible(t)
	node, _, err := builder(t).Node(ctx)
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "tsq-") // short, because a socket is below it
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cluster, err := localcluster.Open(dir, localcluster.Simulated)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := cluster.Stop(context.WithoutCancel(ctx))
		require.NoError(t, err)
	})
	progress("starting the control plane")
	_, err = cluster.StartControlPlane(ctx, localcluster.Programs{Node: node})
	require.NoError(t, err)
	config, err := cluster.RESTConfig()
	require.NoError(t, err)
	config.QPS, config.Burst, config.WarningHandler = 500, 500, rest.NoWarnings{}
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: restricted, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.CoreV1().ServiceAccounts(restricted).Create(ctx, &corev1.ServiceAccount{
		ObjectMeta: metav1.ObjectMeta{Name: "default"},
	}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		require.NoError(t, err)
	}
	objects, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	return objects
}
