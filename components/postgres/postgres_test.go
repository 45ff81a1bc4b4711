package postgres

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	claimType       = "kubernetes:core/v1:PersistentVolumeClaim"
)

func full() Args {
	return Args{
		Namespace: pulumi.String("tripsage"),
		Image:     componenttest.Image,
		Secret:    SecretRef{Name: pulumi.String("postgres"), Version: pulumi.String("v1")},
		Resources: Resources{
			Requests: Amounts{CPU: "100m", Memory: "256Mi", EphemeralStorage: "64Mi"},
			Limits:   Amounts{CPU: "1", Memory: "512Mi", EphemeralStorage: "256Mi"},
		},
		StorageClass: "tripsage-local",
		Clients:      []Peer{{Name: "api", PodLabels: map[string]string{"app": "api"}}},
	}
}

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "postgres", args)
		return err
	}
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "postgres.json", program(full()))
	componenttest.Contract(t, recording, Type, "postgres")
	template := componenttest.PodTemplate(t, recording, statefulSetType)
	componenttest.Restricted(t, template)

	container := template.Spec.Containers[0]
	assert.Equal(t, []string{"/bin/bash", "/etc/postgres-start/start.sh"}, container.Command)
	assert.Equal(t, []string{"-c", "max_connections=200", "-c", "shared_buffers=131072kB"}, container.Args)
	assert.Equal(t, "v1", template.Annotations["checksum/secrets"])
	startup := container.StartupProbe
	assert.EqualValues(t, startupSeconds, startup.PeriodSeconds*startup.FailureThreshold)
}

func TestProtectKeepsTheData(t *testing.T) {
	for _, protect := range []bool{false, true} {
		args := full()
		args.Protect = protect
		recording, err := pulumitest.Up(program(args))
		require.NoError(t, err)
		claim := recording.One(t, claimType, "postgres-data")
		assert.Equal(t, protect, claim.Protect)
		assert.Equal(t, protect, claim.RetainOnDelete)
	}
}

func TestClusterDefaultStorageClass(t *testing.T) {
	args := full()
	args.StorageClass = ""
	recording, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	spec, ok := recording.One(t, claimType, "postgres-data").Inputs["spec"].(map[string]any)
	require.True(t, ok)
	assert.NotContains(t, spec, "storageClassName", "an empty name would mean no class at all")
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Args){
		`Name is "PG": expected a DNS label`:                   func(a *Args) { a.Name = "PG" },
		`Image is "postgres:17": expected an image by digest`:  func(a *Args) { a.Image = "postgres:17" },
		`Version is "-": expected a label value`:               func(a *Args) { a.Version = "-" },
		`Namespace is missing`:                                 func(a *Args) { a.Namespace = nil },
		`Secret.Name is missing`:                               func(a *Args) { a.Secret.Name = nil },
		`Secret.Version is missing`:                            func(a *Args) { a.Secret.Version = nil },
		`Database is "trip\"sage": expected at most 63`:        func(a *Args) { a.Database = `trip"sage` },
		`MaxConnections is 5: expected 10 to 1000`:             func(a *Args) { a.MaxConnections = 5 },
		`Storage is "1024Mi": expected the canonical form 1Gi`: func(a *Args) { a.Storage = "1024Mi" },
		`StorageClass is "Fast": expected a DNS label`:         func(a *Args) { a.StorageClass = "Fast" },
		`Resources.Limits.CPU is "x": expected a quantity`:     func(a *Args) { a.Resources.Limits.CPU = "x" },
		`Clients[0].peer "api" has PodLabels map[]`:            func(a *Args) { a.Clients[0].PodLabels = nil },
	} {
		t.Run(want, func(t *testing.T) {
			args := full()
			change(&args)
			err := args.withDefaults("postgres").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	assert.ErrorContains(t, err, "postgres postgres:")
	assert.Empty(t, recording.Resources)
}
