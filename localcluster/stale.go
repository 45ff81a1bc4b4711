package localcluster

import (
	"context"
	"errors"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/util/retry"
)

// forgetReadiness marks the node and its pods as not ready. What is on record
// is from before the node was stopped, and whoever waits for it would wait for
// the past. The kubelet reports the truth as soon as it runs.
func (c *Cluster) forgetReadiness(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	// The controllers change the same objects at the same time.
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error { return forgetNode(ctx, client) })
	if apierrors.IsNotFound(err) {
		return nil
	}
	faults := []error{err}
	pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + nodeName})
	if err != nil {
		return errors.Join(append(faults, err)...)
	}
	for _, pod := range pods.Items {
		err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
			return forgetPod(ctx, client.CoreV1().Pods(pod.Namespace), pod.Name)
		})
		if !apierrors.IsNotFound(err) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func forgetNode(ctx context.Context, client kubernetes.Interface) error {
	node, err := client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for i := range node.Status.Conditions {
		if node.Status.Conditions[i].Type == v1.NodeReady {
			node.Status.Conditions[i].Status = v1.ConditionUnknown
			node.Status.Conditions[i].Reason = "NodeStarting"
		}
	}
	_, err = client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{})
	return err
}

func forgetPod(ctx context.Context, pods corev1client.PodInterface, name string) error {
	pod, err := pods.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for i := range pod.Status.Conditions {
		if kind := pod.Status.Conditions[i].Type; kind == v1.PodReady || kind == v1.ContainersReady {
			pod.Status.Conditions[i].Status = v1.ConditionFalse
			pod.Status.Conditions[i].Reason = "NodeStarting"
		}
	}
	_, err = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}
