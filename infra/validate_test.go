package infra

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// goodSpec is a Spec without faults that uses the embedded database.
func goodSpec() Spec {
	return Spec{
		Environment: "local",
		Kubernetes:  Kubernetes{Namespace: "tripsage", Cluster: "tripsage-local", PodSecurityVersion: "v1.34"},
		Images: Images{
			API:       "tripsage.local/api" + digest,
			Dragonfly: "tripsage.local/dragonfly" + digest,
			Postgres:  "tripsage.local/postgres" + digest,
		},
		API: API{
			Replicas:     Replicas{Min: 1, Max: 2},
			Resources:    Resources{CPURequest: "100m", CPULimit: "1", MemoryRequest: "64Mi", MemoryLimit: "256Mi"},
			LogLevel:     "info",
			Shutdown:     Shutdown{PreStopSeconds: 5, DrainSeconds: 5, TimeoutSeconds: 15, GraceSeconds: 30},
			DatabasePool: DatabasePool{Size: 20, MaxOverflow: 30, TimeoutSeconds: 30},
			CachePool:    CachePool{Size: 20, TimeoutSeconds: 5},
			CacheTTL:     CacheTTL{SearchResultsSeconds: 300, UserPreferencesSeconds: 86400, StaticDataSeconds: 604800},

			RateLimitPerMinute: 100,
			AllowedOrigins:     []string{"http://localhost:3000"},
		},
		Auth:  Auth{GenerateSecret: true, Audience: "authenticated"},
		Cache: Cache{Threads: 1, MaxMemoryMiB: 256, MemoryLimitMiB: 320, CPURequest: "50m"},
		Database: Database{
			Mode: DatabaseEmbedded, StorageGiB: 2, MaxConnections: 200,
			Resources: Resources{CPURequest: "100m", CPULimit: "1", MemoryRequest: "128Mi", MemoryLimit: "512Mi"},
		},
		Secrets: Secrets{Epoch: 1},
	}
}

// externalSpec is a Spec without faults that reaches its database by a URL.
func externalSpec() Spec {
	spec := goodSpec()
	spec.Images.Postgres = ""
	spec.Database = Database{
		Mode: DatabaseExternal, URL: NewSecret("postgres://me:hunter2@db.example.com:5432/app"),
		MigrationURL: NewSecret("postgres://owner:hunter2@db.example.com:5433/app"),
	}
	return spec
}

// faultsOf validates and gives each fault as "key: text".
func faultsOf(t *testing.T, spec Spec) []*Fault {
	t.Helper()
	err := spec.Validate()
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	require.ErrorAs(t, err, &joined)
	var found []*Fault
	for _, one := range joined.Unwrap() {
		var fault *Fault
		require.ErrorAs(t, one, &fault)
		found = append(found, fault)
	}
	return found
}

func TestGoodSpecsHaveNoFault(t *testing.T) {
	assert.NoError(t, goodSpec().Validate())
	assert.NoError(t, externalSpec().Validate())
}

// Each row breaks one rule; the fault must name its key, the value found and
// what was expected.
func TestEachRule(t *testing.T) {
	for _, row := range rules() {
		t.Run(row.name, func(t *testing.T) {
			spec := goodSpec()
			row.breaks(&spec)
			found := faultsOf(t, spec)
			require.Len(t, found, 1)
			assert.Equal(t, "tripsage:"+row.key, found[0].Key)
			assert.Equal(t, row.found, found[0].Found)
			assert.Contains(t, found[0].Expected, row.expected)
			assert.NotEmpty(t, found[0].Fix)
		})
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	spec := goodSpec()
	for _, row := range rules() {
		if row.alone {
			continue
		}
		row.breaks(&spec)
	}
	var keys []string
	for _, fault := range faultsOf(t, spec) {
		keys = append(keys, strings.TrimPrefix(fault.Key, "tripsage:"))
	}
	for _, row := range rules() {
		if !row.alone {
			assert.Contains(t, keys, row.key)
		}
	}
}

func TestSeveralFaultsAreOneMessage(t *testing.T) {
	spec := goodSpec()
	spec.API.LogLevel = "loud"
	spec.Cache.Threads = 2
	spec.Images.API = "api:latest"
	err := spec.Validate()
	require.Error(t, err)
	assert.Equal(t, `tripsage:images.api: found "api:latest", expected an image by digest such as name@sha256:<64 hex digits>; fix: `+
		"`tripsage up` sets it on the embedded cluster; elsewhere copy the digest from the registry\n"+
		`tripsage:api.logLevel: found "loud", expected one of debug, info, warn, error; fix: set it to one of them`+"\n"+
		"tripsage:cache.maxMemoryMiB: found 256, expected at least 256 for each of the 2 threads = 512; "+
		"fix: raise maxMemoryMiB or lower threads: Dragonfly refuses to start otherwise", err.Error())
}

func TestFaultNamesTheOtherKeysOfItsRule(t *testing.T) {
	spec := goodSpec()
	spec.API.Replicas = Replicas{Min: 3, Max: 2}
	found := faultsOf(t, spec)
	require.Len(t, found, 1)
	assert.Equal(t, []string{"tripsage:api.replicas.max"}, found[0].With)
}

func TestExternalDatabase(t *testing.T) {
	t.Run("what belongs to the embedded one is refused", func(t *testing.T) {
		spec := goodSpec()
		spec.Database.Mode = DatabaseExternal
		var keys []string
		for _, fault := range faultsOf(t, spec) {
			keys = append(keys, fault.Key)
		}
		assert.Equal(t, []string{
			"tripsage:images.postgres", "tripsage:database.url", "tripsage:database.migrationURL",
			"tripsage:database.storageGiB", "tripsage:database.maxConnections",
			"tripsage:database.resources.cpuRequest", "tripsage:database.resources.cpuLimit",
			"tripsage:database.resources.memoryRequest", "tripsage:database.resources.memoryLimit",
		}, keys)
	})
	for _, url := range []string{
		"", "mysql://me:hunter2@db/app", "postgres://db/app", "postgres://me@db/app", "postgres://me:hunter2@/app", "://hunter2",
	} {
		t.Run("url "+url, func(t *testing.T) {
			spec := externalSpec()
			spec.Database.URL = NewSecret(url)
			spec.Database.MigrationURL = spec.Database.URL
			found := faultsOf(t, spec)
			require.Len(t, found, 2)
			assert.Equal(t, "tripsage:database.url", found[0].Key)
			assert.Equal(t, "tripsage:database.migrationURL", found[1].Key)
			assert.NotContains(t, found[0].Error()+found[1].Error(), "hunter2", "a secret must not be printed")
		})
	}
}

func TestConnectionsCountOnlyForTheEmbeddedDatabase(t *testing.T) {
	spec := externalSpec()
	spec.API.Replicas.Max = 100
	assert.NoError(t, spec.Validate())
}

func TestValidateGivesErrorsThatErrorsAsFinds(t *testing.T) {
	spec := goodSpec()
	spec.Secrets.Epoch = 0
	var fault *Fault
	require.True(t, errors.As(spec.Validate(), &fault))
	assert.Equal(t, "tripsage:secrets.epoch", fault.Key)
}

func TestAPoolerInTransactionModeCannotListen(t *testing.T) {
	const pooler, direct = "postgres://a:b@pooler.example.com:6543/d", "postgres://a:b@db.example.com/d"
	for _, tc := range []struct {
		url, direct string
		good        bool
	}{{pooler, "", false}, {direct, pooler, false}, {pooler, direct, true}, {direct, "", true}} {
		spec := externalSpec()
		spec.Database.URL, spec.Database.DirectURL = NewSecret(tc.url), NewSecret(tc.direct)
		err := spec.Validate()
		if tc.good {
			assert.NoError(t, err, "%+v", tc)
		} else {
			assert.ErrorContains(t, err, "tripsage:database.directURL", "%+v", tc)
		}
	}
}
