package infra

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// deployAPI makes the API, whose pods wait for what is in before.
func deployAPI(ctx *pulumi.Context, spec Spec, place platform, data stores, before []pulumi.Resource) (*workload.Component, error) {
	secrets, release := spec.apiSecrets(data), spec.plan()
	secrets.args.Namespace = place.namespace
	own, err := secret.New(ctx, apiName, secrets.args, place.inside...)
	if err != nil {
		return nil, err
	}
	services, err := spec.services()
	if err != nil {
		return nil, err
	}
	env := apiEnvironment(spec)
	maps.Copy(env, secrets.environment())
	replicas, stop := spec.API.Replicas, spec.API.Shutdown
	return workload.New(ctx, apiName, workload.Args{
		Namespace:       place.namespace,
		Component:       "api",
		Image:           release.image,
		ImagePullSecret: spec.Images.PullSecret,
		Tracks:          release.tracks,
		Routing:         release.routing,
		Mesh:            spec.Mesh != nil,
		Datadog:         spec.datadog(),
		Env:             env,
		SecretsPath:     secretsPath,
		Secrets:         append([]workload.SecretFiles{secrets.mounted(own)}, data.files...),
		Resources:       containerResources(spec.API.Resources),
		Scaling:         workload.Scaling{Min: replicas.Min, Max: replicas.Max},
		Shutdown: workload.Shutdown{
			PreStopSeconds: stop.PreStopSeconds,
			AppSeconds:     stop.DrainSeconds + stop.TimeoutSeconds,
			GraceSeconds:   stop.GraceSeconds,
		},
		Ingress: append([]workload.Edge{{Peer: spec.callers(), Ports: []int{apiPort}}}, spec.apiScrapers()...),
		Egress:  slices.Concat(data.edges, services),
		After:   before,
	}, place.inside...)
}

// apiPort is where the API listens, and its metrics.
const (
	apiPort     = 8000
	metricsPort = 9090
)

// namespacePods are all pods of our own namespace. The kubelet's probes need
// no policy: they come from the node.
func namespacePods(namespace string) workload.Peer {
	return workload.Peer{
		Name:            "namespace",
		NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": namespace},
	}
}

// apiEnvironment is how the API's process is told its configuration. Its
// secrets come as files instead.
func apiEnvironment(spec Spec) map[string]string {
	api, features := spec.API, spec.Features
	env := map[string]string{
		"API_ADDR":              fmt.Sprintf(":%d", apiPort),
		"METRICS_ADDR":          fmt.Sprintf(":%d", metricsPort),
		"ENVIRONMENT":           spec.Environment,
		"LOG_LEVEL":             api.LogLevel,
		"SUPABASE_POOL_SIZE":    strconv.Itoa(api.DatabasePool.Size),
		"SUPABASE_MAX_OVERFLOW": strconv.Itoa(api.DatabasePool.MaxOverflow),
		"SUPABASE_POOL_TIMEOUT": strconv.Itoa(api.DatabasePool.TimeoutSeconds),
		"DRAGONFLY_POOL_SIZE":   strconv.Itoa(api.CachePool.Size),
		"DRAGONFLY_TIMEOUT":     strconv.Itoa(api.CachePool.TimeoutSeconds),
		"SHUTDOWN_DRAIN":        seconds(api.Shutdown.DrainSeconds),
		"SHUTDOWN_TIMEOUT":      seconds(api.Shutdown.TimeoutSeconds),

		"CACHE_TTL_SEARCH_RESULTS":   strconv.Itoa(api.CacheTTL.SearchResultsSeconds),
		"CACHE_TTL_USER_PREFERENCES": strconv.Itoa(api.CacheTTL.UserPreferencesSeconds),
		"CACHE_TTL_STATIC_DATA":      strconv.Itoa(api.CacheTTL.StaticDataSeconds),
		"API_RATE_LIMIT":             strconv.Itoa(api.RateLimitPerMinute),
		"API_ALLOWED_ORIGINS":        strings.Join(spec.origins(), ","),

		"JWKS_URL":     spec.Auth.JWKSURL,
		"JWT_ISSUER":   spec.Auth.Issuer,
		"JWT_AUDIENCE": spec.Auth.Audience,

		"FEATURE_NEW_SEARCH":         strconv.FormatBool(features.NewSearchAlgorithm),
		"FEATURE_PRICE_PREDICTION":   strconv.FormatBool(features.PricePrediction),
		"FEATURE_ALTERNATIVE_ROUTES": strconv.FormatBool(features.AlternativeRoutes),
	}
	if spec.Mesh != nil {
		// The gateway's sidecar adds the client's address to X-Forwarded-For.
		env["API_TRUSTED_PROXIES"] = "1"
	}
	if spec.Cache.Replicated != nil {
		env["DRAGONFLY_CA_FILE"] = secretsPath + "/" + cacheCAFile
	}
	if e := spec.Embedding; e != nil {
		env["EMBEDDING_URL"], env["EMBEDDING_MODEL"], env["EMBEDDING_TIMEOUT"] = e.URL, e.Model, strconv.Itoa(e.TimeoutSeconds)
	}
	if t := spec.Tracing; t != nil {
		env["OTEL_EXPORTER_OTLP_ENDPOINT"] = t.Endpoint
		env["OTEL_TRACES_SAMPLER_ARG"] = strconv.FormatFloat(float64(t.SamplePercent)/100, 'f', -1, 64)
	}
	maps.DeleteFunc(env, func(_, value string) bool { return value == "" })
	return env
}

func seconds(n int) string { return strconv.Itoa(n) + "s" }
