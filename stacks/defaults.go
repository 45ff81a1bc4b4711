package stacks

import "github.com/tripsage/infrastructure/infra"

// Knob is one row of the table of configuration keys.
type Knob struct {
	// Key is the path below the namespace, such as api.replicas.min.
	Key string
	// Default applies in every environment that By does not name. Nil means
	// that there is none and the key must be set.
	Default any
	// By holds the defaults that differ from one environment to the other.
	By map[string]any
	// Mode is the database.mode that the key belongs to; empty means any. In
	// the other mode it has no default and must not be set.
	Mode string
	// Needs tells whether the stack has what the key is for; otherwise the key need
	// not be set. Nil means that it always has.
	Needs func(infra.Spec) bool
	// Placeholder stands for a secret value where nobody needs the real one, as
	// in `tripsage render`. It passes validation. Every secret key has one.
	Placeholder string
	// Why tells what the key is for and how the default was chosen.
	Why string
}

// Knobs lists every key that configuration may set, with its defaults. This
// table is the only place where environments differ without a stack file
// saying so. A key stands after those that its default hangs on.
func Knobs() []Knob {
	var all []Knob
	for _, part := range [][]Knob{placeKnobs(), databaseKnobs(), imageKnobs(), monitoringKnobs(), cacheKnobs(), apiKnobs(), authKnobs(), outsideKnobs(), releaseKnobs(), meshKnobs(), vercelKnobs(), githubKnobs()} {
		all = append(all, part...)
	}
	return append(all, Knob{
		Key: "secrets.epoch", Default: 1,
		Why: "Another number makes every generated credential anew and restarts what uses them.",
	})
}

func placeKnobs() []Knob {
	return []Knob{
		{Key: "environment", Why: "local, staging or production; selects the defaults below. No default, so that no stack is production by accident."},
		{Key: "kubernetes.namespace", By: byEnvironment("tripsage", "staging", "production"),
			Why: "The namespace that everything lives in; the stack owns it."},
		{Key: "kubernetes.context", By: map[string]any{"local": ""},
			Why: "Context of the kubeconfig; empty is its current one. Shared clusters must name it, so that a deploy never lands where kubectl happens to point."},
		{Key: "kubernetes.cluster", By: byEnvironment("tripsage-local", "tripsage-staging", "tripsage-production"),
			Why: "Our name for the cluster. A new name replaces everything; a new address or kubeconfig does not."},
		{Key: "kubernetes.podSecurityVersion", Default: "v1.34",
			Why: "Release whose restricted Pod Security Standard is enforced; pinned, so that a cluster upgrade refuses no running pod."},
		{Key: "kubernetes.protect", By: byEnvironment(false, false, true),
			Why: "Pulumi refuses to delete the namespace and the database's volume."},
	}
}

func imageKnobs() []Knob {
	return []Knob{
		{Key: "images.api", Why: "The API's image by digest. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.dragonfly", Why: "The cache's image by digest. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.pullSecret", Default: "",
			Why: "Name of a Secret of type kubernetes.io/dockerconfigjson in the namespace, for a registry that asks for a password. Empty: it asks for none."},
		{Key: "images.postgres", Mode: infra.DatabaseEmbedded, Why: "The embedded database's image by digest. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.prometheus", Needs: watchesItself, Why: "Prometheus' image by digest, for tripsage:monitoring without operator. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.alertmanager", Needs: watchesItself, Why: "Alertmanager's image by digest, for tripsage:monitoring without operator. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.postgresExporter", Needs: readsDatabase, Why: "postgres_exporter's image by digest, for tripsage:monitoring with a database of our own or with monitoring.databaseURL. `tripsage up` builds and sets it on the embedded cluster."},
		{Key: "images.kubeStateMetrics", Default: "", Why: "kube-state-metrics' image by digest. Empty: restarts, replicas and the autoscaler are not watched. It cannot be built from Debian packages, so the embedded cluster has none."},
		{Key: "images.grafana", Default: "", Why: "Grafana's image by digest. Empty: there is no Grafana. It cannot be built from Debian packages, so the embedded cluster has none."},
	}
}

func apiKnobs() []Knob {
	return []Knob{
		{Key: "api.replicas.min", By: byEnvironment(1, 2, 3),
			Why: "Lower bound of the autoscaler. Production as in the deployment guide; two on staging, so that one may be drained."},
		{Key: "api.replicas.max", By: byEnvironment(2, 4, 10),
			Why: "Upper bound of the autoscaler. Production as in the deployment guide."},
		{Key: "api.resources.cpuRequest", By: byEnvironment("100m", "250m", "250m"),
			Why: "Processor that a pod is promised, and what the autoscaler's 70 % refers to. Shared clusters as in the deployment guide."},
		{Key: "api.resources.cpuLimit", By: byEnvironment("1", "500m", "500m"),
			Why: "Processor that a pod may use. Generous on one machine, so that a cold start is quick."},
		{Key: "api.resources.memoryRequest", By: byEnvironment("64Mi", "256Mi", "256Mi"),
			Why: "Memory that a pod is promised, and what the autoscaler's 80 % refers to."},
		{Key: "api.resources.memoryLimit", By: byEnvironment("256Mi", "512Mi", "512Mi"),
			Why: "Memory at which Kubernetes kills the pod. Shared clusters as in the deployment guide."},
		{Key: "api.logLevel", By: byEnvironment("debug", "info", "info"),
			Why: "debug, info, warn or error."},
		{Key: "api.shutdown.preStopSeconds", Default: 5,
			Why: "Before SIGTERM: time for endpoints and proxies to forget the pod."},
		{Key: "api.shutdown.drainSeconds", Default: 5,
			Why: "After SIGTERM: readiness fails, requests are still served. One period of the readiness probe."},
		{Key: "api.shutdown.timeoutSeconds", Default: 15,
			Why: "Then: how long requests in flight may take."},
		{Key: "api.shutdown.graceSeconds", Default: 30,
			Why: "After this Kubernetes kills the process; the three above and 5 seconds for the exit fit exactly."},
		{Key: "api.databasePool.size", Default: 20, Why: "Connections to the database that each pod keeps. As in the deployment guide."},
		{Key: "api.databasePool.maxOverflow", Default: 30, Why: "More connections that each pod may open under load. As in the deployment guide."},
		{Key: "api.databasePool.timeoutSeconds", Default: 30, Why: "How long a request waits for a connection. As in the deployment guide."},
		{Key: "api.cachePool.size", Default: 20, Why: "Connections to the cache that each pod may open. As in the deployment guide."},
		{Key: "api.cacheTTL.searchResultsSeconds", Default: 300, Why: "How long search results are cached: 5 minutes, as in the deployment guide."},
		{Key: "api.cacheTTL.userPreferencesSeconds", Default: 86400, Why: "How long a user's preferences are cached: 24 hours, as in the deployment guide."},
		{Key: "api.cacheTTL.staticDataSeconds", Default: 604800, Why: "How long data that seldom changes is cached: 7 days, as in the deployment guide."},
		{Key: "api.rateLimitPerMinute", Default: 100, Why: "Requests that one client may make in a minute. As in the CI/CD strategy."},
		{Key: "api.cachePool.timeoutSeconds", Default: 5, Why: "How long an operation on the cache may take. As in the deployment guide."},
		{Key: "api.allowedOrigins", By: byEnvironment([]string{"http://localhost:3000"}, []string(nil), []string(nil)),
			Why: "Web pages that may call the API from a browser, besides https://<vercel.domain> and mesh.origins, which always may. The developer's own Next.js on one machine."},
		{Key: "api.encryptionKeys", By: map[string]any{"local": infra.Secret{}}, Placeholder: "cmVkYWN0ZWQtcmVkYWN0ZWQtcmVkYWN0ZWQtcmVkYWM=",
			Why: "Seals the keys that users entrust to the API: base64 of 32 bytes, for instance from `openssl rand -base64 32`; several with commas between, of which the first seals and all open. On one machine it is generated and outlives secrets.epoch; in shared clusters it must be kept where it survives the state."},
	}
}

func byEnvironment(local, staging, production any) map[string]any {
	return map[string]any{"local": local, "staging": staging, "production": production}
}
