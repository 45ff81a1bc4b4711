package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// migrated is the Job of a track as the API server gives it back.
func migrated(track, image string, made time.Time) batchv1.Job {
	name, deadline := "tripsage-api-migrate"+track, int64(1800)
	pod := map[string]string{
		instanceLabel: name, "app.kubernetes.io/name": name, "sidecar.istio.io/inject": "false",
		"controller-uid": "u", "job-name": "j", batchv1.ControllerUidLabel: "u", batchv1.JobNameLabel: "j",
	}
	return batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{
			Name: name + "-0123456789", Namespace: namespaceOfTests, CreationTimestamp: metav1.NewTime(made),
			Labels: map[string]string{instanceLabel: name, managedByLabel: "pulumi", "app.kubernetes.io/component": "migration"},
		},
		Spec: batchv1.JobSpec{
			ActiveDeadlineSeconds: &deadline,
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: pod},
				Spec: corev1.PodSpec{
					ServiceAccountName: name, RestartPolicy: corev1.RestartPolicyNever,
					Containers: []corev1.Container{{Name: "migration", Image: image, Args: []string{"migrate", "up"}}},
				},
			},
		},
	}
}

func running(phases ...corev1.PodPhase) *apiServer {
	return &apiServer{jobs: []batchv1.Job{migrated("", "api@sha256:1", time.Unix(1, 0))}, log: "{\"message\":\"applied\"}\n", phases: phases}
}

func TestMigrateRunsThePodOfTheMigrationOnceMore(t *testing.T) {
	server := running(corev1.PodPending, corev1.PodRunning, corev1.PodRunning, corev1.PodSucceeded)
	var out, notes bytes.Buffer
	want := wantedMigration{arguments: []string{"down", "-steps", "2"}, loses: true}
	require.NoError(t, migrateByHand(t.Context(), server.settingsFor(t, localStack), want, &out, &notes))
	assert.Equal(t, server.log, out.String())

	require.Len(t, server.made, 1)
	job, original := server.made[0], server.jobs[0]
	assert.Equal(t, "tripsage-api-migrate-by-hand-", job.GenerateName)
	assert.Equal(t, "tripsage", job.Labels[managedByLabel], "not one of those that it is copied from")
	assert.EqualValues(t, 0, *job.Spec.BackoffLimit, "once")
	assert.EqualValues(t, leftoverSeconds, *job.Spec.TTLSecondsAfterFinished)
	assert.Equal(t, []string{job.Name}, server.deleted)

	container := job.Spec.Template.Spec.Containers[0]
	assert.Equal(t, []string{"migrate", "down", "-steps", "2"}, container.Args)
	assert.Equal(t, "api@sha256:1", container.Image)
	assert.Equal(t, "tripsage-api-migrate", job.Spec.Template.Spec.ServiceAccountName)
	assert.Equal(t, map[string]string{
		instanceLabel: "tripsage-api-migrate", "app.kubernetes.io/name": "tripsage-api-migrate", "sidecar.istio.io/inject": "false",
	}, job.Spec.Template.Labels, "what policies select by, and nothing of the other Job")
	assert.Equal(t, []string{"migrate", "up"}, original.Spec.Template.Spec.Containers[0].Args)
}

func TestMigrateTellsOfAFailure(t *testing.T) {
	server := running(corev1.PodFailed)
	var out, notes bytes.Buffer
	s := server.settingsFor(t, localStack)
	err := migrateByHand(t.Context(), s, wantedMigration{arguments: []string{"status"}}, &out, &notes)
	assert.EqualError(t, err, "it failed with exit code 1 (Error): the log says why")
	assert.Equal(t, server.log, out.String())
	assert.Len(t, server.deleted, 1, "nothing is left in the cluster")
}

func TestMigrateAsJSON(t *testing.T) {
	server := running(corev1.PodSucceeded)
	var out, notes bytes.Buffer
	s := server.settingsFor(t, localStack)
	s.json = true
	require.NoError(t, migrateByHand(t.Context(), s, wantedMigration{arguments: []string{"up"}}, &out, &notes))
	assert.Equal(t, server.log, notes.String())
	var result ran
	require.NoError(t, json.Unmarshal(out.Bytes(), &result))
	assert.Equal(t, ran{Stack: "x", Image: "api@sha256:1", Arguments: []string{"migrate", "up"}}, result)
}

func TestMigrateChoosesTheTrack(t *testing.T) {
	server := running(corev1.PodSucceeded)
	server.jobs = []batchv1.Job{
		migrated("-blue", "old", time.Unix(1, 0)), migrated("-green", "green", time.Unix(2, 0)), migrated("-blue", "blue", time.Unix(3, 0)),
	}
	var out, notes bytes.Buffer
	s := server.settingsFor(t, localStack)
	for _, track := range []string{"", "canary", "e"} {
		err := migrateByHand(t.Context(), s, wantedMigration{arguments: []string{"up"}, track: track}, &out, &notes)
		assert.ErrorContains(t, err, "the migrations of stack \"x\" are tripsage-api-migrate-blue, tripsage-api-migrate-green; name the end of one")
	}
	require.NoError(t, migrateByHand(t.Context(), s, wantedMigration{arguments: []string{"up"}, track: "blue"}, &out, &notes))
	require.Len(t, server.made, 1)
	assert.Equal(t, "blue", server.made[0].Spec.Template.Spec.Containers[0].Image, "the newest one")
}

func TestMigrateSaysWhyItCannot(t *testing.T) {
	protected := "config: {tripsage:environment: production, tripsage:kubernetes: {context: c, namespace: tripsage}}\n"
	var out, notes bytes.Buffer
	err := migrateByHand(t.Context(), (&apiServer{}).settingsFor(t, localStack), wantedMigration{arguments: []string{"up"}}, &out, &notes)
	assert.ErrorContains(t, err, "no migration has run in namespace tripsage, so there is no image of the API to run")
	server := running(corev1.PodSucceeded)
	down := wantedMigration{arguments: []string{"down"}, loses: true}
	err = migrateByHand(t.Context(), server.settingsFor(t, protected), down, &out, &notes)
	assert.ErrorContains(t, err, "is protected (tripsage:kubernetes.protect), and a rollback deletes data")
	assert.Empty(t, server.made)
	down.force = true
	require.NoError(t, migrateByHand(t.Context(), server.settingsFor(t, protected), down, &out, &notes))
	assert.Len(t, server.made, 1)
}

func TestWhyAPodHasNotStarted(t *testing.T) {
	waiting := corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}}
	for why, status := range map[string]corev1.PodStatus{
		"it is Pending":    {Phase: corev1.PodPending},
		"ImagePullBackOff": {Phase: corev1.PodPending, ContainerStatuses: []corev1.ContainerStatus{waiting}},
		"no node has room": {Phase: corev1.PodPending, Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "no node has room"}}},
	} {
		started, got := hasStarted(corev1.Pod{Status: status})
		assert.False(t, started)
		assert.Equal(t, why, got)
	}
}
