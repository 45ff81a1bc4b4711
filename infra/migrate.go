package infra

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/job"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

const (
	migrationURLFile   = "migration-database-url"
	migrationComponent = "migration"
	// migrationSeconds is how long an index over many rows may take to build.
	migrationSeconds = 1800
)

// migration is a run of the API's image that brings the schema to its release.
type migration struct{ name, image string }

// migrations are those of every image that will serve. With tracks each has one:
// which of two images is the newer nobody here knows, a release older than the
// schema has nothing to do, and a switch of the tracks runs nothing again.
func (s Spec) migrations() []migration {
	release := s.plan()
	if len(release.tracks) == 0 {
		return []migration{{migrateName, release.image}}
	}
	var all []migration
	for _, track := range release.tracks {
		all = append(all, migration{migrateName + "-" + track.Name, track.Image})
	}
	return all
}

// migrationPods select the pods of the migrations, as clients of the database.
func (s Spec) migrationPods() []workload.Peer {
	var all []workload.Peer
	for _, one := range s.migrations() {
		all = append(all, workload.Peer{Name: one.name, PodLabels: job.Selector(one.name)})
	}
	return all
}

// deployMigrations returns what the API's pods wait for. The URL of the schema's
// owner is in a Secret that only the migrations mount.
func deployMigrations(ctx *pulumi.Context, spec Spec, place platform, data stores) ([]pulumi.Resource, error) {
	url, err := secret.New(ctx, migrateName, secret.Args{
		Namespace: place.namespace,
		Component: migrationComponent,
		Epoch:     strconv.Itoa(spec.Secrets.Epoch),
		Composed:  map[string]secret.Composed{migrationURLFile: data.migrationURL},
	}, place.inside...)
	if err != nil {
		return nil, err
	}
	var done []pulumi.Resource
	for _, one := range spec.migrations() {
		run, err := job.New(ctx, one.name, job.Args{
			Namespace:       place.namespace,
			Component:       migrationComponent,
			Image:           one.image,
			ImagePullSecret: spec.Images.PullSecret,
			Arguments:       []string{"migrate", "up"},
			Env: map[string]string{
				"ENVIRONMENT":                 spec.Environment,
				"MIGRATION_DATABASE_URL_FILE": secretsPath + "/" + migrationURLFile,
			},
			SecretsPath: secretsPath,
			Secrets:     []job.SecretFiles{{Secret: url.Ref(), Files: map[string]string{migrationURLFile: migrationURLFile}}},
			Resources: containerResources(Resources{
				CPURequest: "50m", CPULimit: "1", MemoryRequest: "32Mi", MemoryLimit: "256Mi",
			}),
			// A lost node or a busy table may pass; a faulty migration fails each time.
			Attempts:        3,
			DeadlineSeconds: migrationSeconds,
			Egress:          data.migrationEdges,
			After:           data.database,
		}, place.inside...)
		if err != nil {
			return nil, err
		}
		done = append(done, run.Done())
	}
	return done, nil
}
