package stacks

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/infra"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// loadWith runs Load inside a program, as the engine would.
func loadWith(t *testing.T, values config.Map) (infra.Spec, error) {
	t.Helper()
	configure(t, values)
	var spec infra.Spec
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		var err error
		spec, err = Load(ctx)
		return err
	})
	assertEmpty(t, recording)
	return spec, err
}

// assertEmpty checks that nothing but the stack itself was registered.
func assertEmpty(t *testing.T, recording pulumitest.Recording) {
	t.Helper()
	for _, resource := range recording.Resources {
		assert.Equal(t, "pulumi:pulumi:Stack", resource.Type, "%s must not be registered", resource.Name)
	}
}

// shipped is the stack file of the repository with what `tripsage up` adds.
func shipped(t *testing.T) config.Map {
	t.Helper()
	values := stackFile(t, "../Pulumi.local.yaml")
	for _, image := range []string{"api", "dragonfly", "postgres", "prometheus", "alertmanager", "postgresExporter"} {
		set(t, values, "images."+image, "tripsage.local/"+strings.ToLower(image)+digest)
	}
	return values
}

func TestShippedStackIsAccepted(t *testing.T) {
	spec, err := loadWith(t, shipped(t))
	require.NoError(t, err)
	assert.Equal(t, infra.Spec{
		Environment: "local",
		Kubernetes:  infra.Kubernetes{Namespace: "tripsage", Cluster: "tripsage-local", PodSecurityVersion: "v1.34"},
		Images: infra.Images{
			API: "tripsage.local/api" + digest, Dragonfly: "tripsage.local/dragonfly" + digest, Postgres: "tripsage.local/postgres" + digest,
			Prometheus: "tripsage.local/prometheus" + digest, Alertmanager: "tripsage.local/alertmanager" + digest,
			PostgresExporter: "tripsage.local/postgresexporter" + digest,
		},
		API: infra.API{
			Replicas:     infra.Replicas{Min: 1, Max: 2},
			Resources:    infra.Resources{CPURequest: "100m", CPULimit: "1", MemoryRequest: "64Mi", MemoryLimit: "256Mi"},
			LogLevel:     "debug",
			Shutdown:     infra.Shutdown{PreStopSeconds: 5, DrainSeconds: 5, TimeoutSeconds: 15, GraceSeconds: 30},
			DatabasePool: infra.DatabasePool{Size: 20, MaxOverflow: 30, TimeoutSeconds: 30},
			CachePool:    infra.CachePool{Size: 20, TimeoutSeconds: 5},
			CacheTTL:     infra.CacheTTL{SearchResultsSeconds: 300, UserPreferencesSeconds: 86400, StaticDataSeconds: 604800},

			RateLimitPerMinute: 100,
			AllowedOrigins:     []string{"http://localhost:3000"},
		},
		Auth:  infra.Auth{GenerateSecret: true, Audience: "authenticated"},
		Cache: infra.Cache{Threads: 1, MaxMemoryMiB: 256, MemoryLimitMiB: 320, CPURequest: "50m"},
		Database: infra.Database{
			Mode: infra.DatabaseEmbedded, StorageGiB: 2, MaxConnections: 200,
			Resources: infra.Resources{CPURequest: "100m", CPULimit: "1", MemoryRequest: "128Mi", MemoryLimit: "512Mi"},
		},
		Monitoring: &infra.Monitoring{
			IntervalSeconds: 5, RetentionDays: 2, StorageGiB: 1, KubernetesPort: 6443, Speed: 1,
			Resources:         infra.Resources{CPURequest: "20m", CPULimit: "500m", MemoryRequest: "96Mi", MemoryLimit: "256Mi"},
			OperatorNamespace: "monitoring", DatadogNamespace: "datadog",
		},
		Secrets: infra.Secrets{Epoch: 1},
	}, spec)
}

func TestBadFixtures(t *testing.T) {
	for _, path := range fixtures(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			configure(t, stackFile(t, path))
			recording, err := pulumitest.Up(Program)
			require.Error(t, err)
			assertEmpty(t, recording)
			var bad *Error
			require.ErrorAs(t, err, &bad)
			for _, want := range wanted(t, name) {
				assert.Contains(t, err.Error(), want)
			}
			assert.NotContains(t, err.Error(), "hunter2", "a password must not be printed")
			assert.NotContains(t, err.Error(), "87654321", "a password must not be printed")
		})
	}
}

// Every key of the configuration has a fixture that breaks it.
func TestEveryKeyHasABadFixture(t *testing.T) {
	var all []string
	for _, path := range fixtures(t) {
		all = append(all, wanted(t, strings.TrimSuffix(filepath.Base(path), ".yaml"))...)
	}
	for _, knob := range Knobs() {
		prefix := infra.Key(knob.Key) + ": found "
		assert.True(t, slices.ContainsFunc(all, func(want string) bool { return strings.HasPrefix(want, prefix) }), knob.Key)
	}
}

func fixtures(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

// wanted are the fragments that the message of a fixture must have.
func wanted(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "bad", name+".want"))
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func TestMessageIsOneListSortedByKey(t *testing.T) {
	values := shipped(t)
	set(t, values, "api.logLevel", "loud")
	set(t, values, "chache.threads", "1")
	_, err := loadWith(t, values)
	var bad *Error
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, `the configuration of stack "test" has 2 fault(s), nothing was registered:`+
		"\n  - tripsage:api.logLevel: found \"loud\", expected one of debug, info, warn, error; fix: set it to one of them"+
		"\n  - tripsage:chache: found an unknown key, expected a known one, the nearest is tripsage:cache; "+
		"fix: rename it to tripsage:cache or remove it", bad.Error())
	var fault *infra.Fault
	require.True(t, errors.As(err, &fault))
	assert.Equal(t, "tripsage:api.logLevel", fault.Key)
}

func TestUnsetIsNotErroneous(t *testing.T) {
	values := shipped(t)
	require.NoError(t, values.Remove(config.MustMakeKey("tripsage", "api"), false))
	spec, err := loadWith(t, values)
	require.NoError(t, err, "an unset key gets its default")
	assert.Equal(t, "debug", spec.API.LogLevel)

	set(t, values, "api.logLevel", "")
	_, err = loadWith(t, values)
	assert.ErrorContains(t, err, `tripsage:api.logLevel: found "", expected one of`)
}
