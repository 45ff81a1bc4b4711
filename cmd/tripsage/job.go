package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	// lookInterval is how often a pod that is about to start is looked at.
	lookInterval = 200 * time.Millisecond
	// startPatience is how long a pod may take to start: an image may have to be
	// pulled.
	startPatience = 2 * time.Minute
	// tidyPatience bounds the deletion at the end, also after an interrupt.
	tidyPatience = 10 * time.Second
)

// runJob runs a Job of one pod and one attempt, copies the pod's log as it
// comes, and deletes the Job, whatever has become of it.
func (d deployed) runJob(ctx context.Context, job *batchv1.Job, log io.Writer) (err error) {
	made, err := d.client.BatchV1().Jobs(d.Namespace).Create(ctx, job, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("start %s in namespace %s: %w", job.GenerateName, d.Namespace, err)
	}
	defer func() { err = errors.Join(err, d.deleteJob(ctx, made.Name)) }()
	pod, err := d.startedPod(ctx, made.Name)
	if err != nil {
		return err
	}
	if err := d.copyLog(ctx, pod, log); err != nil {
		return err
	}
	return d.outcome(ctx, pod)
}

// startedPod waits until the log of the Job's pod can be read.
func (d deployed) startedPod(ctx context.Context, job string) (name string, err error) {
	why := "no pod was made for it yet"
	err = wait.PollUntilContextTimeout(ctx, lookInterval, startPatience, true, func(ctx context.Context) (bool, error) {
		pods, err := d.client.CoreV1().Pods(d.Namespace).List(ctx, metav1.ListOptions{LabelSelector: batchv1.JobNameLabel + "=" + job})
		if err != nil || len(pods.Items) == 0 {
			return false, err
		}
		name = pods.Items[0].Name
		var started bool
		started, why = hasStarted(pods.Items[0])
		return started, nil
	})
	if err != nil {
		return "", fmt.Errorf("the pod of %s has not started (%s): %w", job, why, err)
	}
	return name, nil
}

// hasStarted says whether the pod's process runs or ran, and if not, why.
func hasStarted(pod corev1.Pod) (started bool, why string) {
	if pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded {
		return true, ""
	}
	why = "it is " + string(pod.Status.Phase)
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			why = condition.Message
		}
	}
	for _, container := range pod.Status.ContainerStatuses {
		if container.State.Waiting == nil {
			return container.State.Running != nil || container.State.Terminated != nil, why
		}
		why = container.State.Waiting.Reason
	}
	return false, why
}

func (d deployed) copyLog(ctx context.Context, pod string, log io.Writer) error {
	stream, err := d.client.CoreV1().Pods(d.Namespace).GetLogs(pod, &corev1.PodLogOptions{Follow: true}).Stream(ctx)
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", pod, err)
	}
	defer stream.Close()
	if _, err := io.Copy(log, stream); err != nil {
		return fmt.Errorf("read the log of %s: %w", pod, err)
	}
	return nil
}

// outcome waits for the end of a pod whose log has ended.
func (d deployed) outcome(ctx context.Context, name string) error {
	var pod *corev1.Pod
	err := wait.PollUntilContextTimeout(ctx, lookInterval, startPatience, true, func(ctx context.Context) (bool, error) {
		var err error
		pod, err = d.client.CoreV1().Pods(d.Namespace).Get(ctx, name, metav1.GetOptions{})
		return err == nil && (pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed), err
	})
	if err != nil {
		return fmt.Errorf("wait for the end of %s: %w", name, err)
	}
	if pod.Status.Phase == corev1.PodSucceeded {
		return nil
	}
	for _, container := range pod.Status.ContainerStatuses {
		if ended := container.State.Terminated; ended != nil {
			return fmt.Errorf("it failed with exit code %d (%s): the log says why", ended.ExitCode, ended.Reason)
		}
	}
	return fmt.Errorf("it failed: %s %s", pod.Status.Reason, pod.Status.Message)
}

// deleteJob deletes the Job and its pod. An interrupt has ended ctx by then.
func (d deployed) deleteJob(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyPatience)
	defer cancel()
	background := metav1.DeletePropagationBackground
	err := d.client.BatchV1().Jobs(d.Namespace).Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &background})
	if err != nil {
		return fmt.Errorf("delete Job %s, which Kubernetes will do in an hour: %w", name, err)
	}
	return nil
}
