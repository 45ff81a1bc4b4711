package localcluster

import (
	"context"
	"errors"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// forgetReadiness marks the node and its pods as not ready. What is on record
// is from before the node was stopped, and whoever waits for it would wait for
// the past. The kubelet reports the truth as soon as it runs.
func (c *Cluster) forgetReadiness(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	node, err := client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
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
	faults := []error{err}
	pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + nodeName})
	if err != nil {
		return errors.Join(append(faults, err)...)
	}
	for _, pod := range pods.Items {
		for i := range pod.Status.Conditions {
			if kind := pod.Status.Conditions[i].Type; kind == v1.PodReady || kind == v1.ContainersReady {
				pod.Status.Conditions[i].Status = v1.ConditionFalse
				pod.Status.Conditions[i].Reason = "NodeStarting"
			}
		}
		_, err = client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, &pod, metav1.UpdateOptions{})
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}
