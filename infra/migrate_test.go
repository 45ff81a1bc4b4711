package infra

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const (
	jobType        = "kubernetes:batch/v1:Job"
	deploymentType = "kubernetes:apps/v1:Deployment"
)

// jobs are the migrations, by the resource's name.
func jobs(t *testing.T, recording pulumitest.Recording) map[string]batchv1.Job {
	t.Helper()
	found := map[string]batchv1.Job{}
	for _, one := range recording.OfType(jobType) {
		var job batchv1.Job
		require.NoError(t, one.Decode(&job))
		found[one.Name] = job
	}
	return found
}

func released(change func(*Release)) Spec {
	spec := goodSpec()
	spec.Mesh = &Mesh{
		Host: "api.tripsage.ai", TLSSecret: "tls", TimeoutSeconds: 33, Origins: []string{"https://a.io"},
		Gateway: Gateway{Namespace: "istio", ServiceAccount: "istio", Label: "gateway"},
	}
	change(&spec.Release)
	return spec
}

// Whatever image is to serve has brought the schema to its release before, in
// every way of releasing.
func TestEveryImageMigratesBeforeItServes(t *testing.T) {
	const next, idle = "next" + digest, "idle" + digest
	api := goodSpec().Images.API
	for name, row := range map[string]struct {
		spec Spec
		want map[string]string // image by the job's name
	}{
		"rolling": {goodSpec(), map[string]string{"": api}},
		"canary": {released(func(r *Release) { r.Canary = &Canary{Image: next, WeightPercent: 10} }),
			map[string]string{"-stable": api, "-canary": next}},
		"blue/green": {released(func(r *Release) { r.BlueGreen = &BlueGreen{Active: TrackGreen, IdleImage: idle} }),
			map[string]string{"-green": api, "-blue": idle}},
		"flagger": {released(func(r *Release) {
			r.Flagger = &Flagger{Mode: FlaggerCanary, IntervalSeconds: 60, Threshold: 5, StepWeightPercent: 10, MaxWeightPercent: 50, Iterations: 10}
		}), map[string]string{"": api}},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // what the SDK collects in the background must not decide
				assertWaits(t, mustDeploy(t, row.spec))
			}
			found := jobs(t, mustDeploy(t, row.spec))
			require.Len(t, found, len(row.want))
			for suffix, image := range row.want {
				job := found["tripsage-api-migrate"+suffix]
				container := job.Spec.Template.Spec.Containers[0]
				assert.Equal(t, image, container.Image)
				assert.Equal(t, []string{"migrate", "up"}, container.Args)
				assert.Equal(t, "false", job.Spec.Template.Labels["sidecar.istio.io/inject"])
			}
		})
	}
}

// assertWaits checks that each Deployment of the API waits for every migration.
func assertWaits(t *testing.T, recording pulumitest.Recording) {
	t.Helper()
	deployments := 0
	for _, one := range recording.OfType(deploymentType) {
		if !strings.HasPrefix(one.Name, apiName) {
			continue
		}
		deployments++
		for job := range jobs(t, recording) {
			assert.Contains(t, one.DependsOn, jobType+" "+job, one.Name)
		}
	}
	assert.Positive(t, deployments)
}

// The owner's password is where the migration reads it and nowhere else.
func TestOnlyMigrationsKnowTheOwner(t *testing.T) {
	recording := mustDeploy(t, goodSpec())
	password := secretData(t, recording, "postgres")["superuser-password"]
	assert.Equal(t, map[string]string{"migration-database-url": "postgres://postgres:" + password + "@postgres:5432/tripsage"},
		secretData(t, recording, "tripsage-api-migrate"))
	for key, value := range secretData(t, recording, "tripsage-api") {
		assert.NotContains(t, value, password, key)
	}
	container := jobs(t, recording)["tripsage-api-migrate"].Spec.Template.Spec.Containers[0]
	require.Len(t, container.Env, 2)
	assert.Equal(t, "MIGRATION_DATABASE_URL_FILE", container.Env[1].Name)
	assert.Equal(t, "/var/run/secrets/tripsage/migration-database-url", container.Env[1].Value)
}

// A migration starts when its own database answers; another one answers already.
func TestMigrationsWaitForTheDatabase(t *testing.T) {
	waits := func(spec Spec) bool {
		job := mustDeploy(t, spec).One(t, jobType, "tripsage-api-migrate")
		return slices.Contains(job.DependsOn, "kubernetes:apps/v1:StatefulSet postgres")
	}
	for range 20 {
		assert.True(t, waits(goodSpec()))
	}
	assert.False(t, waits(externalSpec()))
}
