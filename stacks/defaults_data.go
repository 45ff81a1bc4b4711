package stacks

import "github.com/tripsage/infrastructure/infra"

func cacheKnobs() []Knob {
	return []Knob{
		{Key: "cache.threads", By: byEnvironment(1, 2, 4),
			Why: "Dragonfly's threads. Each one needs 256 MiB of cache.maxMemoryMiB."},
		{Key: "cache.maxMemoryMiB", By: byEnvironment(256, 1024, 4096),
			Why: "Memory for data. The least that one thread starts with on one machine."},
		{Key: "cache.memoryLimitMiB", By: byEnvironment(320, 1280, 5120),
			Why: "Memory that the pod is promised and at which Kubernetes kills it: a quarter more than the data."},
		{Key: "cache.cpuRequest", By: byEnvironment("50m", "250m", "1"),
			Why: "Processor that the pod is promised; at most one for each thread."},
		{Key: "cache.replicated.replicas", Default: 3,
			Why: "Pods of the cache, the master among them: one may be drained while another one fails. With this group the Dragonfly operator runs the cache."},
		{Key: "cache.replicated.tlsSecret", Why: "Secret with tls.crt, tls.key and ca.crt in the namespace, for the host dragonfly.<namespace>.svc; cert-manager makes it, or you."},
		{Key: "cache.replicated.snapshot.url", Why: "Folder that snapshots go to, such as s3://tripsage-production-cache/snapshots."},
		{Key: "cache.replicated.snapshot.region", Why: "Region of the bucket, such as eu-central-1."},
		{Key: "cache.replicated.snapshot.cron", Default: "*/30 * * * *", Why: "When snapshots are made, in the five fields of cron and in UTC. Every half hour."},
		{Key: "cache.replicated.snapshot.roleARN", Why: "IAM role that the cache's pods take on, which may read and write the folder."},
		{Key: "cache.replicated.snapshot.cidrs", Default: []string{"0.0.0.0/0"}, Why: "Addresses of the storage, which the pods may reach at port 443. Everywhere, because those of S3 change; narrow it with a VPC endpoint."},
	}
}

func databaseKnobs() []Knob {
	return []Knob{
		{Key: "database.mode", By: byEnvironment(infra.DatabaseEmbedded, infra.DatabaseExternal, infra.DatabaseExternal),
			Why: "embedded: a Postgres in the namespace, for development. external: one that is reached by a URL, such as Supabase."},
		{Key: "database.url", Mode: infra.DatabaseExternal, Placeholder: "postgres://redacted:redacted@redacted.invalid:5432/redacted",
			Why: "What the API connects to: postgres://user:password@host:5432/database. A role that may do SET ROLE authenticated; a pooler in transaction mode will do."},
		{Key: "database.migrationURL", Mode: infra.DatabaseExternal, Placeholder: "postgres://redacted:redacted@redacted.invalid:5432/redacted",
			Why: "What migrations connect to: the same database as the owner of the schema (postgres at Supabase), in a session of its own, so not through a pooler in transaction mode."},
		{Key: "database.directURL", Default: infra.Secret{}, Mode: infra.DatabaseExternal, Placeholder: "postgres://redacted:redacted@redacted.invalid:5432/redacted",
			Why: "What the API listens for changes on: like database.url, but a session of its own. Empty: database.url is one."},
		{Key: "database.storageGiB", Default: 2, Mode: infra.DatabaseEmbedded,
			Why: "Size of the volume. Development data is small."},
		{Key: "database.maxConnections", Default: 200, Mode: infra.DatabaseEmbedded,
			Why: "The server's limit. Fits the default pools of three API pods: two and the one that an update adds."},
		{Key: "database.resources.cpuRequest", Default: "100m", Mode: infra.DatabaseEmbedded,
			Why: "Processor that the pod is promised."},
		{Key: "database.resources.cpuLimit", Default: "1", Mode: infra.DatabaseEmbedded,
			Why: "Processor that the pod may use; the first start makes the cluster's files with it."},
		{Key: "database.resources.memoryRequest", Default: "128Mi", Mode: infra.DatabaseEmbedded,
			Why: "Memory that the pod is promised."},
		{Key: "database.resources.memoryLimit", Default: "512Mi", Mode: infra.DatabaseEmbedded,
			Why: "Memory at which Kubernetes kills the pod."},
	}
}
