package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// probe is a pod that keeps every rule of the restricted standard and does
// nothing. Its image is the database's, which has a shell.
func probe(name, namespace, image string) *v1.Pod {
	yes, no, uid, grace := true, false, int64(999), int64(0)
	return &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: v1.PodSpec{
			AutomountServiceAccountToken: &no, TerminationGracePeriodSeconds: &grace,
			SecurityContext: &v1.PodSecurityContext{
				RunAsNonRoot: &yes, RunAsUser: &uid, SeccompProfile: &v1.SeccompProfile{Type: v1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []v1.Container{{
				Name: "probe", Image: image, Command: []string{"sleep", "600"},
				SecurityContext: &v1.SecurityContext{
					AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes,
					Capabilities: &v1.Capabilities{Drop: []v1.Capability{"ALL"}},
				},
			}},
		},
	}
}

// The apiserver refuses pods that break the restricted standard, and says
// everything that is wrong with them.
func testPodSecurity(t *testing.T, m *machine) {
	image := m.cluster.pod(t, "tripsage", "postgres-").Spec.Containers[0].Image
	create := func(pod *v1.Pod) error {
		_, err := m.cluster.CoreV1().Pods("tripsage").Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err
	}
	require.NoError(t, create(probe("good", "tripsage", image)), "a pod that keeps the rules is welcome")

	bad := probe("bad", "tripsage", image)
	yes := true
	bad.Spec.HostNetwork = true
	bad.Spec.SecurityContext = nil
	bad.Spec.Containers[0].SecurityContext = &v1.SecurityContext{AllowPrivilegeEscalation: &yes, Privileged: &yes}
	bad.Spec.Volumes = []v1.Volume{{Name: "host", VolumeSource: v1.VolumeSource{HostPath: &v1.HostPathVolumeSource{Path: "/"}}}}
	err := create(bad)
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	for _, violation := range []string{
		"restricted:v1.34", "host namespaces", "hostPath", "privileged", "allowPrivilegeEscalation",
		"unrestricted capabilities", "runAsNonRoot", "seccompProfile",
	} {
		assert.ErrorContains(t, err, violation)
	}

	for rule, spoil := range map[string]func(*v1.Pod){
		"allowPrivilegeEscalation": func(p *v1.Pod) { p.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = &yes },
		"runAsUser=0": func(p *v1.Pod) {
			var root int64
			p.Spec.SecurityContext.RunAsUser = &root
		},
		"unrestricted capabilities": func(p *v1.Pod) { p.Spec.Containers[0].SecurityContext.Capabilities = nil },
	} {
		pod := probe("bad", "tripsage", image)
		spoil(pod)
		assert.ErrorContains(t, create(pod), rule)
	}
}
