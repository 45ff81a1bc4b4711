package infra

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const (
	configMapType = "kubernetes:core/v1:ConfigMap"
	policyType    = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	providerType  = "pulumi:providers:kubernetes"
	secretType    = "kubernetes:core/v1:Secret"
)

func deploy(spec Spec) (pulumitest.Recording, error) {
	return pulumitest.Up(func(ctx *pulumi.Context) error {
		_, err := Deploy(ctx, spec)
		return err
	})
}

func mustDeploy(t *testing.T, spec Spec) pulumitest.Recording {
	t.Helper()
	recording, err := deploy(spec)
	require.NoError(t, err)
	return recording
}

func TestNothingIsRegisteredForABadSpec(t *testing.T) {
	spec := goodSpec()
	spec.API.LogLevel = "loud"
	recording, err := deploy(spec)
	assert.ErrorContains(t, err, "tripsage:api.logLevel")
	for _, resource := range recording.Resources {
		assert.Equal(t, "pulumi:pulumi:Stack", resource.Type)
	}
}

// A resource that takes the outputs as inputs shows their values, and would
// show a secret one as {"secret": value}.
func TestOutputs(t *testing.T) {
	recording, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		outputs, err := Deploy(ctx, goodSpec())
		if err != nil {
			return err
		}
		var sink pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Sink", "outputs", pulumi.Map{
			"namespace": outputs.Namespace, "apiService": outputs.APIService, "apiServicePort": outputs.APIServicePort,
		}, &sink)
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"namespace": "tripsage", "apiService": "tripsage-api", "apiServicePort": 80.0},
		recording.One(t, "test:index:Sink", "outputs").Inputs)
}

func TestProvider(t *testing.T) {
	t.Setenv("KUBECONFIG", "/some/path")
	spec := goodSpec()
	inputs := mustDeploy(t, spec).One(t, providerType, "kubernetes").Inputs
	assert.Equal(t, map[string]any{
		"kubeconfig": "", "clusterIdentifier": "tripsage-local", "enableServerSideApply": true,
		"enableConfigMapMutable": true, "enableSecretMutable": true,
	}, inputs, "no path of this machine, and no context unless the Spec names one")

	spec.Kubernetes.Context = "shared"
	assert.Equal(t, "shared", mustDeploy(t, spec).One(t, providerType, "kubernetes").Inputs["context"])
}

// Everything in Kubernetes uses our provider and hangs below a component.
func TestParentsAndProviders(t *testing.T) {
	components := map[string]bool{}
	recording := mustDeploy(t, goodSpec())
	for _, one := range recording.Resources {
		if isOurs(one.Type) {
			assert.Empty(t, one.Parent, "%s %s stands at the top", one.Type, one.Name)
			components[one.Type+" "+one.Name] = true
		}
	}
	assert.Len(t, components, 9)
	for _, one := range recording.Resources {
		switch {
		case isOurs(one.Type), one.Type == providerType, one.Type == "pulumi:pulumi:Stack":
		default:
			assert.Contains(t, components, one.Parent, "%s %s", one.Type, one.Name)
			if strings.HasPrefix(one.Type, "kubernetes:") {
				assert.Equal(t, "kubernetes", one.Provider, "%s %s", one.Type, one.Name)
			}
		}
	}
}

func isOurs(typ string) bool { return strings.HasPrefix(typ, "tripsage:") }

func TestURLs(t *testing.T) {
	data := secretData(t, mustDeploy(t, goodSpec()), "tripsage-api")
	assert.Len(t, data, 4)
	assert.Regexp(t, `^postgres://authenticator:[A-Za-z0-9]{40}@postgres:5432/tripsage$`, data["database-url"])
	assert.Regexp(t, `^redis://default:[A-Za-z0-9]{40}@dragonfly:6379/0$`, data["dragonfly-url"])
}

func TestURLsHoldThePasswordsOfTheStores(t *testing.T) {
	recording := mustDeploy(t, goodSpec())
	urls := secretData(t, recording, "tripsage-api")
	assert.Contains(t, urls["database-url"], secretData(t, recording, "postgres")["authenticator-password"])
	assert.Contains(t, urls["dragonfly-url"], secretData(t, recording, "dragonfly")["password"])
}

func TestEpochMakesEveryCredentialAnew(t *testing.T) {
	spec := goodSpec()
	before := mustDeploy(t, spec)
	spec.Secrets.Epoch = 2
	after := mustDeploy(t, spec)
	for _, name := range []string{"postgres", "dragonfly", "tripsage-api", "tripsage-api-migrate"} {
		old, fresh := secretData(t, before, name), secretData(t, after, name)
		for key := range old {
			if key != "encryption-keys" {
				assert.NotEqual(t, old[key], fresh[key], "%s of %s", key, name)
			}
		}
	}
}

// secretData gives the decoded content of a Secret, and checks that it is
// marked secret.
func secretData(t *testing.T, recording pulumitest.Recording, name string) map[string]string {
	t.Helper()
	marked, ok := recording.One(t, secretType, name).Inputs["data"].(map[string]any)
	require.True(t, ok)
	encoded, ok := marked["secret"].(map[string]any)
	require.True(t, ok, "the data of %s must be secret", name)
	data := map[string]string{}
	for key, value := range encoded {
		text, err := base64.StdEncoding.DecodeString(fmt.Sprint(value))
		require.NoError(t, err)
		data[key] = string(text)
	}
	return data
}

func TestEnvironmentOfTheAPI(t *testing.T) {
	var config corev1.ConfigMap
	require.NoError(t, mustDeploy(t, goodSpec()).One(t, configMapType, "tripsage-api-env").Decode(&config))
	assert.Equal(t, map[string]string{
		"API_ADDR": ":8000", "METRICS_ADDR": ":9090", "ENVIRONMENT": "local", "LOG_LEVEL": "info",
		"DATABASE_URL_FILE":  "/var/run/secrets/tripsage/database-url",
		"DRAGONFLY_URL_FILE": "/var/run/secrets/tripsage/dragonfly-url",
		"SUPABASE_POOL_SIZE": "20", "SUPABASE_MAX_OVERFLOW": "30", "SUPABASE_POOL_TIMEOUT": "30",
		"DRAGONFLY_POOL_SIZE": "20", "DRAGONFLY_TIMEOUT": "5",
		"SHUTDOWN_DRAIN": "5s", "SHUTDOWN_TIMEOUT": "15s",
		"CACHE_TTL_SEARCH_RESULTS": "300", "CACHE_TTL_USER_PREFERENCES": "86400", "CACHE_TTL_STATIC_DATA": "604800",
		"API_RATE_LIMIT": "100", "API_ALLOWED_ORIGINS": "http://localhost:3000",
		"JWT_SECRET_FILE": "/var/run/secrets/tripsage/jwt-secret", "JWT_AUDIENCE": "authenticated",
		"ENCRYPTION_KEYS_FILE": "/var/run/secrets/tripsage/encryption-keys",
		"FEATURE_NEW_SEARCH":   "false", "FEATURE_PRICE_PREDICTION": "false", "FEATURE_ALTERNATIVE_ROUTES": "false",
	}, config.Data)
}

// The edges that open besides the namespace's own default: both ends of each
// connection, and no other.
func TestEdges(t *testing.T) {
	var names []string
	for _, one := range mustDeploy(t, goodSpec()).OfType(policyType) {
		if one.Parent != "tripsage:namespace:Namespace tripsage" {
			names = append(names, one.Name)
		}
	}
	assert.ElementsMatch(t, []string{
		"tripsage-api-to-postgres", "tripsage-api-to-dragonfly", "tripsage-api-from-namespace",
		"tripsage-api-migrate-to-postgres", "postgres-from-tripsage-api-migrate",
		"postgres-from-tripsage-api", "dragonfly-from-tripsage-api",
	}, names)
}

func TestBothEndsOfAnEdgeMeet(t *testing.T) {
	recording := mustDeploy(t, goodSpec())
	for _, edge := range []struct {
		client, store string
		port          int32
	}{{"tripsage-api", "postgres", 5432}, {"tripsage-api-migrate", "postgres", 5432}, {"tripsage-api", "dragonfly", 6379}} {
		out, in := policy(t, recording, edge.client+"-to-"+edge.store), policy(t, recording, edge.store+"-from-"+edge.client)
		require.Len(t, out.Spec.Egress, 1)
		require.Len(t, in.Spec.Ingress, 1)
		assert.Equal(t, in.Spec.PodSelector, *out.Spec.Egress[0].To[0].PodSelector)
		assert.Equal(t, out.Spec.PodSelector, *in.Spec.Ingress[0].From[0].PodSelector)
		assert.Equal(t, edge.port, out.Spec.Egress[0].Ports[0].Port.IntVal)
		assert.Equal(t, edge.port, in.Spec.Ingress[0].Ports[0].Port.IntVal)
	}
}

func policy(t *testing.T, recording pulumitest.Recording, name string) networkingv1.NetworkPolicy {
	t.Helper()
	var decoded networkingv1.NetworkPolicy
	require.NoError(t, recording.One(t, policyType, name).Decode(&decoded))
	return decoded
}

func TestExternalDatabaseGraph(t *testing.T) {
	recording := mustDeploy(t, externalSpec())
	assert.Empty(t, recording.OfType("tripsage:postgres:Postgres"))
	assert.Equal(t, "postgres://me:hunter2@db.example.com:5432/app", secretData(t, recording, "tripsage-api")["database-url"])
	assert.Equal(t, map[string]string{"migration-database-url": "postgres://owner:hunter2@db.example.com:5433/app"},
		secretData(t, recording, "tripsage-api-migrate"))
	assertAnywhere(t, recording, "tripsage-api-to-database", 5432)
	assertAnywhere(t, recording, "tripsage-api-migrate-to-database", 5433)
	assert.NotContains(t, string(recording.JSON(t)), "hunter2", "only encoded, in the Secret")
}

// assertAnywhere checks that the policies lead to the port everywhere but where
// clouds keep credentials.
func assertAnywhere(t *testing.T, recording pulumitest.Recording, name string, port int32) {
	t.Helper()
	for suffix, ranges := range map[string]networkingv1.IPBlock{
		"-v4": {CIDR: "0.0.0.0/0", Except: []string{"169.254.0.0/16"}},
		"-v6": {CIDR: "::/0", Except: []string{"fe80::/10"}},
	} {
		rule := policy(t, recording, name+suffix).Spec.Egress[0]
		assert.Equal(t, ranges, *rule.To[0].IPBlock)
		assert.Equal(t, port, rule.Ports[0].Port.IntVal)
	}
}

func TestProtect(t *testing.T) {
	spec := goodSpec()
	spec.Kubernetes.Protect = true
	protected := map[string]bool{}
	for _, one := range mustDeploy(t, spec).Resources {
		protected[one.Type] = protected[one.Type] || one.Protect
	}
	assert.True(t, protected["kubernetes:core/v1:Namespace"])
	assert.True(t, protected["kubernetes:core/v1:PersistentVolumeClaim"])
	for _, one := range mustDeploy(t, goodSpec()).Resources {
		assert.False(t, one.Protect, one.Name)
	}
}

// Whatever Validate accepts, every component accepts too: a fault must show
// before the first resource is registered.
func TestValidSpecsDeploy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		if spec.Validate() != nil {
			t.Skip("not valid")
		}
		_, err := deploy(spec)
		require.NoError(t, err, "%+v", spec)
	})
}
