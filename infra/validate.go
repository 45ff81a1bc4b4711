package infra

import (
	"regexp"
	"strings"
)

// Validate reports every broken rule at once, as joined *Fault errors. It
// reads nothing but the Spec.
func (s Spec) Validate() error {
	var fs faults
	fs.oneOf("environment", s.Environment, Environments()...)
	s.Kubernetes.validate(&fs)
	s.Images.validate(&fs, s.Database.Mode)
	s.API.validate(&fs)
	s.Auth.validate(&fs)
	s.Cache.validate(&fs)
	s.Database.validate(&fs)
	s.validateConnections(&fs)
	s.Release.validate(&fs, s.Mesh != nil)
	if s.Embedding != nil {
		s.Embedding.validate(&fs)
	}
	if s.Tracing != nil {
		s.Tracing.validate(&fs)
	}
	s.validateMonitoring(&fs)
	if s.Mesh != nil {
		s.Mesh.validate(&fs)
	}
	if s.Vercel != nil {
		s.Vercel.validate(&fs)
	}
	if s.GitHub != nil {
		s.GitHub.validate(&fs)
	}
	s.validateOrigins(&fs)
	fs.between("secrets.epoch", s.Secrets.Epoch, 1, 1_000_000)
	return fs.join()
}

// dnsLabel is what Kubernetes allows as the name of a namespace.
const dnsLabel = `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`

func (k Kubernetes) validate(fs *faults) {
	const fix = "start with a small letter and go on with small letters, digits and inner dashes"
	if !regexp.MustCompile(dnsLabel).MatchString(k.Namespace) {
		fs.add("kubernetes.namespace", k.Namespace, "a DNS label of at most 63 characters", fix)
	}
	if k.Namespace == "default" || strings.HasPrefix(k.Namespace, "kube-") {
		fs.add("kubernetes.namespace", k.Namespace, "a namespace of our own",
			"choose another name: this one belongs to the cluster, and we own and label ours")
	}
	if strings.TrimSpace(k.Context) != k.Context {
		fs.add("kubernetes.context", k.Context, "a name without outer spaces", "remove the spaces")
	}
	if !regexp.MustCompile(dnsLabel).MatchString(k.Cluster) {
		fs.add("kubernetes.cluster", k.Cluster, "a DNS label of at most 63 characters", fix)
	}
	if !regexp.MustCompile(`^(latest|v1\.[1-9][0-9]?)$`).MatchString(k.PodSecurityVersion) {
		fs.add("kubernetes.podSecurityVersion", k.PodSecurityVersion,
			"latest or a Kubernetes release such as v1.34", "write v, the major and the minor number")
	}
}

// byDigest accepts a name, with a registry, folders and a tag if need be.
const byDigest = `^[a-z0-9][-a-z0-9._:/]*@sha256:[0-9a-f]{64}$`

func (i Images) validate(fs *faults, databaseMode string) {
	fs.like("images.api", i.API, formImage)
	fs.like("images.dragonfly", i.Dragonfly, formImage)
	if i.PullSecret != "" {
		fs.like("images.pullSecret", i.PullSecret, formObject)
	}
	switch {
	case databaseMode == DatabaseEmbedded:
		fs.like("images.postgres", i.Postgres, formImage)
	case databaseMode == DatabaseExternal && i.Postgres != "":
		fs.add("images.postgres", i.Postgres, "no value: only the embedded database uses it",
			"remove it or set database.mode to embedded", "database.mode")
	}
}
