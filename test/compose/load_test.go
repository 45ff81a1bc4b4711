package compose

import (
	"path/filepath"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
	"github.com/tripsage/infrastructure/stacks"
)

const repository = "../.."

// project reads the file with the library of Docker Compose: its schema, its
// consistency checks, its anchors and paths. No variable of this machine is in it.
func project(t *testing.T) *types.Project {
	t.Helper()
	file, err := filepath.Abs(filepath.Join(repository, "deploy", "compose.yaml"))
	require.NoError(t, err)
	options, err := cli.NewProjectOptions([]string{file}, cli.WithResolvedPaths(true))
	require.NoError(t, err)
	p, err := options.LoadProject(t.Context())
	require.NoError(t, err)
	return p
}

// pod is one container of the cluster with the pod around it.
type pod struct {
	corev1.Container
	spec        corev1.PodSpec
	annotations map[string]string
}

// cluster is what a stack would run.
type cluster struct {
	pods    map[string]pod // by the object's app.kubernetes.io/name
	configs map[string]map[string]string
}

// rendered is a stack as `tripsage render` writes it.
func rendered(t *testing.T, stack string) cluster {
	t.Helper()
	graph, err := stacks.Offline(t.Context(), repository, stack)
	require.NoError(t, err)
	objects, err := renderer.Objects(graph)
	require.NoError(t, err)
	c := cluster{pods: map[string]pod{}, configs: map[string]map[string]string{}}
	for _, object := range objects {
		c.add(t, object)
	}
	return c
}

func (c cluster) add(t *testing.T, object renderer.Object) {
	t.Helper()
	var deployment appsv1.Deployment
	var job batchv1.Job
	var config corev1.ConfigMap
	switch object.Kind {
	case "Deployment", "StatefulSet": // their templates are in the same place
		require.NoError(t, yaml.Unmarshal(object.Content, &deployment))
		c.take(deployment.Labels, deployment.Spec.Template)
	case "Job":
		require.NoError(t, yaml.Unmarshal(object.Content, &job))
		c.take(job.Labels, job.Spec.Template)
	case "ConfigMap":
		require.NoError(t, yaml.Unmarshal(object.Content, &config))
		c.configs[config.Name] = config.Data
	}
}

func (c cluster) take(labels map[string]string, template corev1.PodTemplateSpec) {
	c.pods[labels["app.kubernetes.io/name"]] = pod{template.Spec.Containers[0], template.Spec, template.Annotations}
}

// environment is what the container's process finds in its environment.
func (c cluster) environment(p pod) map[string]string {
	found := map[string]string{}
	for _, from := range p.EnvFrom {
		for name, value := range c.configs[from.ConfigMapRef.Name] {
			found[name] = value
		}
	}
	for _, variable := range p.Env {
		found[variable.Name] = variable.Value
	}
	return found
}
