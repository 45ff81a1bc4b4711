package serving

import (
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/stacks"
)

// trackLabel is the label of pods, and the key of a Service's selector, that
// names a track.
const trackLabel = "tripsage.ai/track"

// Cluster is where one stack runs.
type Cluster struct {
	Kube      kubernetes.Interface
	Dynamic   dynamic.Interface
	Namespace string
	Release   stacks.ReleaseOf
}

// Live reads what users get. A stack that was never released gives a zero Live.
func (c Cluster) Live(ctx context.Context) (release.Live, error) {
	images, err := c.images(ctx)
	if err != nil || len(images) == 0 {
		return release.Live{}, err
	}
	api := c.Release.API
	switch release.Kind(c.Release.Kind) {
	case release.BlueGreen:
		if images[api+"-blue"] == "" || images[api+"-green"] == "" {
			break
		}
		active, err := c.active(ctx)
		if err != nil {
			return release.Live{}, err
		}
		other := map[string]string{"blue": "green", "green": "blue"}[active]
		return release.Live{Image: images[api+"-"+active], Active: active, Idle: images[api+"-"+other]}, nil
	case release.Flagger:
		if primary := images[api+"-primary"]; primary != "" {
			return release.Live{Image: primary}, nil
		}
	}
	// Rolling; or the way of releasing was changed and this is what it was before.
	for _, name := range []string{api, api + "-primary", api + "-stable"} {
		if images[name] != "" {
			return release.Live{Image: images[name]}, nil
		}
	}
	if active, err := c.active(ctx); err == nil && images[api+"-"+active] != "" {
		return release.Live{Image: images[api+"-"+active]}, nil
	}
	return release.Live{}, nil
}

// images are those of the namespace's Deployments, by their names.
func (c Cluster) images(ctx context.Context) (map[string]release.Image, error) {
	list, err := c.Kube.AppsV1().Deployments(c.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("read the Deployments of namespace %s: %w", c.Namespace, err)
	}
	images := map[string]release.Image{}
	for _, one := range list.Items {
		images[one.Name] = imageOf(one)
	}
	return images, nil
}

// imageOf is the program's own; sidecars are not in a Deployment.
func imageOf(d appsv1.Deployment) release.Image {
	if len(d.Spec.Template.Spec.Containers) == 0 {
		return ""
	}
	return release.Image(d.Spec.Template.Spec.Containers[0].Image)
}

// active is the track that users get.
func (c Cluster) active(ctx context.Context) (string, error) {
	if c.Release.Meshed {
		return c.weighted(ctx)
	}
	service, err := c.service(ctx)
	if err != nil {
		return "", err
	}
	track := service.Spec.Selector[trackLabel]
	if track != "blue" && track != "green" {
		return "", fmt.Errorf("the Service %s in namespace %s leads to the track %q, expected blue or green: somebody changed it by hand; `tripsage up` puts it right",
			c.Release.API, c.Namespace, track)
	}
	return track, nil
}

func (c Cluster) service(ctx context.Context) (*corev1.Service, error) {
	service, err := c.Kube.CoreV1().Services(c.Namespace).Get(ctx, c.Release.API, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("read the Service %s in namespace %s: %w", c.Release.API, c.Namespace, err)
	}
	return service, nil
}

// Pods are those that serve the goal: its track, or what users get. Pods that
// are ending are left out, and those that do not answer yet: the autoscaler may
// start one at any time.
func (c Cluster) Pods(ctx context.Context, track string) ([]corev1.Pod, error) {
	service, err := c.service(ctx)
	if err != nil {
		return nil, err
	}
	selector := maps.Clone(service.Spec.Selector)
	if track == "" && release.Kind(c.Release.Kind) == release.BlueGreen {
		if track, err = c.active(ctx); err != nil {
			return nil, err
		}
	}
	if track != "" {
		selector[trackLabel] = track
	}
	list, err := c.Kube.CoreV1().Pods(c.Namespace).List(ctx, metav1.ListOptions{LabelSelector: labels.FormatLabels(selector)})
	if err != nil {
		return nil, fmt.Errorf("read the pods of namespace %s: %w", c.Namespace, err)
	}
	var pods []corev1.Pod
	for _, pod := range list.Items {
		if pod.DeletionTimestamp == nil && ready(pod) {
			pods = append(pods, pod)
		}
	}
	return pods, nil
}

func ready(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}
