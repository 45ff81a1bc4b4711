package serving_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/cmd/tripsage/serving"
	"github.com/tripsage/infrastructure/stacks"
)

const namespace = "staging"

func image(letter string) release.Image {
	return release.Image("registry.io/api@sha256:" + strings.Repeat(letter, 64))
}

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: namespace} }

func deployment(name string, i release.Image) *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: named(name)}
	d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "api", Image: string(i)}}
	return d
}

func service(track string) *corev1.Service {
	s := &corev1.Service{ObjectMeta: named("tripsage-api")}
	s.Spec.Selector = map[string]string{"app.kubernetes.io/name": "tripsage-api"}
	if track != "" {
		s.Spec.Selector["tripsage.ai/track"] = track
	}
	return s
}

func on(kind string, meshed bool, objects ...runtime.Object) serving.Cluster {
	var kube, custom []runtime.Object
	for _, object := range objects {
		if _, ok := object.(*unstructured.Unstructured); ok {
			custom = append(custom, object)
			continue
		}
		kube = append(kube, object)
	}
	kinds := map[schema.GroupVersionResource]string{
		{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"}: "VirtualServiceList",
		{Group: "flagger.app", Version: "v1beta1", Resource: "canaries"}:           "CanaryList",
	}
	return serving.Cluster{
		Kube: fake.NewClientset(kube...), Dynamic: dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, custom...),
		Namespace: namespace, Release: stacks.ReleaseOf{Kind: kind, API: "tripsage-api", Meshed: meshed},
	}
}

// route is a VirtualService as our program makes it: testers first.
func route(blue, green int64) *unstructured.Unstructured {
	to := func(subset string, weight int64) any {
		return map[string]any{"destination": map[string]any{"host": "tripsage-api", "subset": subset}, "weight": weight}
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
		"metadata": map[string]any{"name": "tripsage-api", "namespace": namespace},
		"spec": map[string]any{"http": []any{
			map[string]any{"match": []any{map[string]any{"headers": map[string]any{"x-tripsage-track": map[string]any{"exact": "blue"}}}}, "route": []any{to("blue", 100)}},
			map[string]any{"match": []any{map[string]any{"uri": map[string]any{"prefix": "/ws/"}}}, "route": []any{to("blue", blue), to("green", green)}},
			map[string]any{"route": []any{to("blue", blue), to("green", green)}},
		}},
	}}
}

func TestLive(t *testing.T) {
	blue, green := deployment("tripsage-api-blue", image("b")), deployment("tripsage-api-green", image("a"))
	for name, row := range map[string]struct {
		cluster serving.Cluster
		want    release.Live
		says    string
	}{
		"nothing":           {cluster: on("rolling", false)},
		"only others":       {cluster: on("rolling", false, deployment("dragonfly", image("d")))},
		"rolling":           {cluster: on("rolling", false, deployment("tripsage-api", image("a"))), want: release.Live{Image: image("a")}},
		"flagger":           {cluster: on("flagger", true, deployment("tripsage-api", image("b")), deployment("tripsage-api-primary", image("a"))), want: release.Live{Image: image("a")}},
		"flagger, at first": {cluster: on("flagger", true, deployment("tripsage-api", image("b"))), want: release.Live{Image: image("b")}},
		"blue/green":        {cluster: on("blueGreen", false, blue, green, service("green")), want: release.Live{Image: image("a"), Active: "green", Idle: image("b")}},
		"blue/green, meshed": {
			cluster: on("blueGreen", true, blue, green, service(""), route(100, 0)), want: release.Live{Image: image("b"), Active: "blue", Idle: image("a")},
		},
		"blue/green, between":          {cluster: on("blueGreen", true, blue, green, route(50, 50)), says: "leads to blue and green"},
		"blue/green, without a switch": {cluster: on("blueGreen", false, blue, green, service("")), says: `leads to the track ""`},
		"rolling before":               {cluster: on("blueGreen", false, deployment("tripsage-api", image("a")), service("")), want: release.Live{Image: image("a")}},
		"blue/green before":            {cluster: on("rolling", false, blue, green, service("blue")), want: release.Live{Image: image("b")}},
	} {
		live, err := row.cluster.Live(t.Context())
		if row.says != "" {
			require.ErrorContains(t, err, row.says, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, row.want, live, name)
	}
}

func TestPods(t *testing.T) {
	pod := func(name, track string, ready corev1.ConditionStatus) *corev1.Pod {
		p := &corev1.Pod{ObjectMeta: named(name)}
		p.Labels = map[string]string{"app.kubernetes.io/name": "tripsage-api", "tripsage.ai/track": track}
		p.Status.Phase = corev1.PodRunning
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, {Type: corev1.PodReady, Status: ready}}
		return p
	}
	ending := pod("ending", "blue", corev1.ConditionTrue)
	ending.DeletionTimestamp, ending.Finalizers = &metav1.Time{Time: time.Now()}, []string{"x"}
	c := on("blueGreen", true, service(""), route(100, 0), pod("b", "blue", corev1.ConditionTrue), pod("g", "green", corev1.ConditionTrue),
		pod("starting", "blue", corev1.ConditionFalse), ending, &corev1.Pod{ObjectMeta: named("other")})
	for track, want := range map[string]string{"": "b", "blue": "b", "green": "g"} {
		pods, err := c.Pods(t.Context(), track)
		require.NoError(t, err)
		require.Len(t, pods, 1, track)
		assert.Equal(t, want, pods[0].Name)
	}
}

func TestRecord(t *testing.T) {
	c := on("rolling", false)
	history, err := c.History(t.Context())
	require.NoError(t, err)
	assert.Empty(t, history)
	for _, want := range []release.History{
		release.History(nil).With(image("a"), release.Good, time.Unix(1, 0)),
		release.History(nil).With(image("a"), release.Good, time.Unix(1, 0)).With(image("b"), release.Bad, time.Unix(2, 0)),
	} {
		require.NoError(t, c.Record(t.Context(), want))
		history, err = c.History(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, history)
	}
	stored, err := c.Kube.CoreV1().ConfigMaps(namespace).Get(t.Context(), "tripsage-releases", metav1.GetOptions{})
	require.NoError(t, err)
	stored.Data["releases.json"] = "{"
	_, err = c.Kube.CoreV1().ConfigMaps(namespace).Update(t.Context(), stored, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = c.History(t.Context())
	require.ErrorContains(t, err, "is damaged")
}

// canary is Flagger's object at one moment.
func canary(phase, hash string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": map[string]any{"name": "tripsage-api", "namespace": namespace},
		"spec": map[string]any{"analysis": map[string]any{"interval": "100ms"}},
		"status": map[string]any{
			"phase": phase, "lastAppliedSpec": hash, "canaryWeight": int64(10), "failedChecks": int64(0),
			"conditions": []any{map[string]any{"type": "Promoted", "message": "the reason"}},
		},
	}}
}

func TestPromoted(t *testing.T) {
	type moment struct {
		phase, hash string
		primary     release.Image
	}
	for name, row := range map[string]struct {
		moments []moment
		says    string
	}{
		"it passes":                   {moments: []moment{{"Succeeded", "old", image("a")}, {"Progressing", "new", image("a")}, {"Promoting", "new", image("b")}, {"Finalising", "new", image("b")}, {"Succeeded", "new", image("b")}}},
		"it fails":                    {moments: []moment{{"Succeeded", "old", image("a")}, {"Progressing", "new", image("a")}, {"Failed", "new", image("a")}}, says: "took bbbbbbbbbbbb back: the reason"},
		"the one before had failed":   {moments: []moment{{"Failed", "old", image("a")}, {"Progressing", "new", image("a")}, {"Succeeded", "new", image("b")}}},
		"it failed while we waited":   {moments: []moment{{"Failed", "new", image("a")}}, says: "took bbbbbbbbbbbb back"},
		"users have it already":       {moments: []moment{{"Progressing", "new", image("b")}}},
		"Flagger does not look at it": {moments: []moment{{"Succeeded", "old", image("a")}}, says: "has not let bbbbbbbbbbbb through (phase Succeeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := row.moments[0]
			c := on("flagger", true, canary(first.phase, first.hash), deployment("tripsage-api-primary", first.primary))
			at := 0
			set := func(string) {
				at = min(at+1, len(row.moments)-1)
				m := row.moments[at]
				gvr := schema.GroupVersionResource{Group: "flagger.app", Version: "v1beta1", Resource: "canaries"}
				_, err := c.Dynamic.Resource(gvr).Namespace(namespace).Update(context.Background(), canary(m.phase, m.hash), metav1.UpdateOptions{})
				assert.NoError(t, err)
				_, err = c.Kube.AppsV1().Deployments(namespace).Update(context.Background(), deployment("tripsage-api-primary", m.primary), metav1.UpdateOptions{})
				assert.NoError(t, err)
			}
			err := c.Promoted(t.Context(), image("b"), serving.Waiting{Every: 20 * time.Millisecond, Patience: time.Second, Say: set})
			if row.says == "" {
				require.NoError(t, err)
				assert.Equal(t, len(row.moments)-1, at, "not before the end")
				return
			}
			require.ErrorContains(t, err, row.says)
		})
	}
}
