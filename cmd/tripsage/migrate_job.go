package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const (
	instanceLabel  = "app.kubernetes.io/instance"
	managedByLabel = "app.kubernetes.io/managed-by"
	// leftoverSeconds is when Kubernetes deletes a run whose program was killed.
	leftoverSeconds = 3600
)

// migration finds the Job that has migrated the database for the track's image.
// Between two runs of Pulumi there is one for each track.
func (d deployed) migration(ctx context.Context, track string) (batchv1.Job, error) {
	list, err := d.client.BatchV1().Jobs(d.Namespace).List(ctx, metav1.ListOptions{LabelSelector: labels.FormatLabels(d.Migrations)})
	if err != nil {
		return batchv1.Job{}, fmt.Errorf("look for the migrations in namespace %s: %w", d.Namespace, err)
	}
	if len(list.Items) == 0 {
		return batchv1.Job{}, fmt.Errorf("no migration has run in namespace %s, so there is no image of the API to run: bring the stack %q up first with `tripsage up`", d.Namespace, d.name)
	}
	newest := map[string]batchv1.Job{} // by what tells tracks apart
	for _, job := range list.Items {
		name := job.Labels[instanceLabel]
		if known, ok := newest[name]; !ok || known.CreationTimestamp.Before(&job.CreationTimestamp) {
			newest[name] = job
		}
	}
	names := slices.Sorted(maps.Keys(newest))
	if track == "" && len(names) == 1 {
		return newest[names[0]], nil
	}
	for _, name := range names {
		if track != "" && strings.HasSuffix(name, "-"+track) {
			return newest[name], nil
		}
	}
	return batchv1.Job{}, fmt.Errorf("--track %q: the migrations of stack %q are %s; name the end of one of them, such as blue or canary",
		track, d.name, strings.Join(names, ", "))
}

// byHand is another run of the same pod with other arguments. Pulumi does not
// know it, and it is tried once.
func byHand(made batchv1.Job, arguments []string) *batchv1.Job {
	template := made.Spec.Template.DeepCopy()
	// The API server adds these, and refuses a Job that brings those of another.
	for _, key := range []string{"controller-uid", "job-name", batchv1.ControllerUidLabel, batchv1.JobNameLabel} {
		delete(template.Labels, key)
	}
	template.Spec.Containers[0].Args = arguments
	none, leftover := int32(0), int32(leftoverSeconds)
	own := maps.Clone(made.Labels)
	own[managedByLabel] = "tripsage"
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: made.Labels[instanceLabel] + "-by-hand-", Namespace: made.Namespace, Labels: own,
		},
		Spec: batchv1.JobSpec{
			BackoffLimit: &none, TTLSecondsAfterFinished: &leftover,
			ActiveDeadlineSeconds: made.Spec.ActiveDeadlineSeconds, Template: *template,
		},
	}
}
