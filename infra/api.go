package infra

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// The files that the API reads its secrets from.
const (
	databaseURLFile = "database-url"
	cacheURLFile    = "dragonfly-url"
	cacheCAFile     = "dragonfly-ca.crt"
	secretsPath     = "/var/run/secrets/tripsage"
)

func deployAPI(ctx *pulumi.Context, spec Spec, place platform, data stores, release rollout) (*workload.Component, error) {
	urls, err := secret.New(ctx, apiName, secret.Args{
		Namespace: place.namespace,
		Component: "api",
		Epoch:     strconv.Itoa(spec.Secrets.Epoch),
		Composed:  map[string]secret.Composed{databaseURLFile: data.databaseURL, cacheURLFile: data.cacheURL},
	}, place.inside...)
	if err != nil {
		return nil, err
	}
	own := workload.SecretFiles{
		Secret: urls.Ref(),
		Files:  map[string]string{databaseURLFile: databaseURLFile, cacheURLFile: cacheURLFile},
	}
	replicas, stop := spec.API.Replicas, spec.API.Shutdown
	return workload.New(ctx, apiName, workload.Args{
		Namespace:       place.namespace,
		Component:       "api",
		Image:           release.image,
		ImagePullSecret: spec.Images.PullSecret,
		Tracks:          release.tracks,
		Routing:         release.routing,
		Mesh:            spec.Mesh != nil,
		Env:             apiEnvironment(spec),
		SecretsPath:     secretsPath,
		Secrets:         append([]workload.SecretFiles{own}, data.files...),
		Resources:       containerResources(spec.API.Resources),
		Scaling:         workload.Scaling{Min: replicas.Min, Max: replicas.Max},
		Shutdown: workload.Shutdown{
			PreStopSeconds: stop.PreStopSeconds,
			AppSeconds:     stop.DrainSeconds + stop.TimeoutSeconds,
			GraceSeconds:   stop.GraceSeconds,
		},
		Ingress: []workload.Edge{{Peer: spec.callers(), Ports: []int{apiPort}}},
		Egress:  data.edges,
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
		"DATABASE_URL_FILE":     secretsPath + "/" + databaseURLFile,
		"DRAGONFLY_URL_FILE":    secretsPath + "/" + cacheURLFile,
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
	return env
}

func seconds(n int) string { return strconv.Itoa(n) + "s" }
