package rule_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/policy/rule"
)

func TestWhoMakesPods(t *testing.T) {
	const spec = `{"spec": {"containers": [{"name": "api"}]}, "metadata": {"labels": {"app": "api"}}}`
	for kind, place := range map[string]struct{ text, path string }{
		"core/v1:Pod":                   {spec, "spec"},
		"core/v1:PodTemplate":           {`{"template": ` + spec + `}`, "template.spec"},
		"core/v1:ReplicationController": {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"apps/v1:Deployment":            {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"apps/v1beta2:Deployment":       {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"apps/v1:StatefulSet":           {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"apps/v1:DaemonSet":             {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"apps/v1:ReplicaSet":            {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"batch/v1:Job":                  {`{"spec": {"template": ` + spec + `}}`, "spec.template.spec"},
		"batch/v1:CronJob": {
			`{"spec": {"jobTemplate": {"spec": {"template": ` + spec + `}}}}`, "spec.jobTemplate.spec.template.spec",
		},
	} {
		pod, ok := object(t, "kubernetes:"+kind, place.text).Pod()
		assert.True(t, ok, kind)
		assert.Equal(t, place.path, pod.Spec.Path(), kind)
		assert.Equal(t, "api", pod.Metadata.At("labels", "app").String(), kind)
		assert.Equal(t, "api", pod.Main()[0].Name(), kind)
		assert.Equal(t, kind != "batch/v1:Job" && kind != "batch/v1:CronJob", pod.Lasting(), kind)
	}
	for _, kind := range []string{
		"kubernetes:core/v1:Service", "kubernetes:apps/v1:DeploymentList", "kubernetes:apps/v1:DeploymentPatch",
		"kubernetes:dragonflydb.io/v1alpha1:Dragonfly", "kubernetes:example.com/v1:Deployment", "vercel:index/project:Project",
	} {
		pod, ok := object(t, kind, spec).Pod()
		assert.False(t, ok, kind)
		assert.Empty(t, pod.Containers(), kind)
	}
}

func TestContainers(t *testing.T) {
	pod, _ := object(t, "kubernetes:core/v1:Pod", `{"spec": {
		"ephemeralContainers": [{"name": "debug"}],
		"containers": [{"name": "api"}, {"image": "x"}, "[unknown]"],
		"initContainers": [{"name": "first", "restartPolicy": "Always"}]}}`).Pod()
	var names []string
	for _, container := range pod.Containers() {
		names = append(names, container.Name())
		assert.Equal(t, container.Name() == "first", container.Init)
	}
	assert.Equal(t, []string{"first", "api", "spec.containers[1]", "spec.containers[2]", "debug"}, names)
	assert.Len(t, pod.Main(), 3)
	dark, _ := object(t, "kubernetes:core/v1:Pod", `{"spec": {"containers": "[unknown]"}}`).Pod()
	assert.Empty(t, dark.Containers())
}

func TestSecurity(t *testing.T) {
	for text, want := range map[string]string{
		`{"securityContext": {"f": 1}, "containers": [{"securityContext": {"f": 2}}]}`:    "spec.containers[0].securityContext.f is 2",
		`{"securityContext": {"f": 1}, "containers": [{"securityContext": {"f": null}}]}`: "spec.securityContext.f is 1",
		`{"securityContext": {"f": 1}, "containers": [{}]}`:                               "spec.securityContext.f is 1",
		`{"containers": [{}]}`: "spec.containers[0].securityContext.f is missing",
		`{"securityContext": {"f": 1}, "containers": [{"securityContext": "[unknown]"}]}`:        "spec.containers[0].securityContext.f is [unknown]",
		`{"securityContext": "[unknown]", "containers": [{"securityContext": {}}]}`:              "spec.securityContext.f is [unknown]",
		`{"securityContext": "[unknown]", "containers": [{"securityContext": {"f": "itself"}}]}`: `spec.containers[0].securityContext.f is "itself"`,
	} {
		pod, _ := object(t, "kubernetes:core/v1:Pod", `{"spec": `+text+`}`).Pod()
		f := pod.Security(pod.Main()[0], "f")
		assert.Equal(t, want, f.Path()+" is "+f.Show(), text)
	}
}

func TestKinds(t *testing.T) {
	for kind, want := range map[string][2]string{
		"kubernetes:core/v1:Pod":                               {"", "Pod"},
		"kubernetes:rbac.authorization.k8s.io/v1:Role":         {"rbac.authorization.k8s.io", "Role"},
		"kubernetes:networking.istio.io/v1alpha3:Gateway":      {"networking.istio.io", "Gateway"},
		"kubernetes:yaml:ConfigFile":                           {"", "ConfigFile"},
		"vercel:index/project:Project":                         {"", ""},
		"pulumi:providers:kubernetes":                          {"", ""},
		"tripsage:workload:Workload":                           {"", ""},
		"kubernetes:apps/v1:DeploymentPatch":                   {"apps", "DeploymentPatch"},
		"kubernetes:policy/v1:PodDisruptionBudget":             {"policy", "PodDisruptionBudget"},
		"kubernetes:autoscaling/v2:HorizontalPodAutoscaler":    {"autoscaling", "HorizontalPodAutoscaler"},
		"kubernetes:gateway.networking.k8s.io/v1:HTTPRoute":    {"gateway.networking.k8s.io", "HTTPRoute"},
		"kubernetes:admissionregistration.k8s.io/v1:WebhookXY": {"admissionregistration.k8s.io", "WebhookXY"},
	} {
		r := rule.Resource{Type: kind, Name: "name"}
		assert.Equal(t, want, [2]string{r.Group(), r.Kind()}, kind)
		assert.Equal(t, want[1] != "", r.Is(want[0], "Other", want[1]), kind)
	}
}

func TestTitle(t *testing.T) {
	for text, want := range map[string]string{
		`{"metadata": {"name": "api", "namespace": "staging"}}`:     "Deployment staging/api",
		`{"metadata": {"name": "api", "namespace": "[unknown]"}}`:   "Deployment api",
		`{"metadata": {"name": "[unknown]", "namespace": "prod"}}`:  "kubernetes:apps/v1:Deployment any",
		`{"metadata": {"generateName": "x", "namespace": "other"}}`: "kubernetes:apps/v1:Deployment any",
	} {
		assert.Equal(t, want, object(t, "kubernetes:apps/v1:Deployment", text).Title(), text)
	}
	for text, want := range map[string]bool{
		`{}`: true, `{"metadata": {"namespace": "default"}}`: true, `{"metadata": {"namespace": "[unknown]"}}`: false,
		`{"metadata": {"namespace": "staging"}}`: false,
	} {
		assert.Equal(t, want, object(t, "kubernetes:core/v1:Pod", text).InNamespace("default"), text)
	}
}
