package infra

// rule breaks a good Spec in one place.
type rule struct {
	name     string
	breaks   func(*Spec)
	key      string
	found    string
	expected string
	// alone rules hide others or are hidden by others when broken together.
	alone bool
}

func rules() []rule {
	var all []rule
	for _, part := range [][]rule{placeRules(), apiRules(), dataRules(), authRules(), outsideRules(), monitoringRules()} {
		all = append(all, part...)
	}
	return all
}

func placeRules() []rule {
	return []rule{
		{"environment", func(s *Spec) { s.Environment = "prod" }, "environment", `"prod"`, "local, staging, production", false},
		{"namespace form", func(s *Spec) { s.Kubernetes.Namespace = "Trip_Sage" }, "kubernetes.namespace", `"Trip_Sage"`, "DNS label", false},
		{"namespace empty", func(s *Spec) { s.Kubernetes.Namespace = "" }, "kubernetes.namespace", `""`, "DNS label", true},
		{"namespace default", func(s *Spec) { s.Kubernetes.Namespace = "default" }, "kubernetes.namespace", `"default"`, "of our own", true},
		{"namespace of the system", func(s *Spec) { s.Kubernetes.Namespace = "kube-system" }, "kubernetes.namespace", `"kube-system"`, "of our own", true},
		{"context", func(s *Spec) { s.Kubernetes.Context = " prod" }, "kubernetes.context", `" prod"`, "without outer spaces", false},
		{"cluster", func(s *Spec) { s.Kubernetes.Cluster = "9" }, "kubernetes.cluster", `"9"`, "DNS label", false},
		{"pod security", func(s *Spec) { s.Kubernetes.PodSecurityVersion = "1.34" }, "kubernetes.podSecurityVersion", `"1.34"`, "v1.34", false},
		{"image by tag", func(s *Spec) { s.Images.API = "api:v1" }, "images.api", `"api:v1"`, "by digest", false},
		{"image digest too short", func(s *Spec) { s.Images.Dragonfly = "d@sha256:abc" }, "images.dragonfly", `"d@sha256:abc"`, "64 hex", false},
		{"image missing", func(s *Spec) { s.Images.Postgres = "" }, "images.postgres", `""`, "by digest", false},
		{"epoch", func(s *Spec) { s.Secrets.Epoch = -1 }, "secrets.epoch", "-1", "from 1", false},
	}
}

func apiRules() []rule {
	return []rule{
		{"min", func(s *Spec) { s.API.Replicas.Min = 0 }, "api.replicas.min", "0", "from 1 to 100", true},
		{"max", func(s *Spec) { s.API.Replicas.Max = 101 }, "api.replicas.max", "101", "from 1 to 100", true},
		{"min over max", func(s *Spec) { s.API.Replicas.Min = 3 }, "api.replicas.min", "3", "at most api.replicas.max (2)", false},
		{"cpu form", func(s *Spec) { s.API.Resources.CPURequest = "0.5" }, "api.resources.cpuRequest", `"0.5"`, "250m", true},
		{"cpu not canonical", func(s *Spec) { s.API.Resources.CPULimit = "1000m" }, "api.resources.cpuLimit", `"1000m"`, "canonical", true},
		{"cpu over limit", func(s *Spec) { s.API.Resources.CPURequest = "2" }, "api.resources.cpuRequest", `"2"`, "at most cpuLimit (1)", false},
		{"memory form", func(s *Spec) { s.API.Resources.MemoryRequest = "64M" }, "api.resources.memoryRequest", `"64M"`, "256Mi", true},
		{"memory not canonical", func(s *Spec) { s.API.Resources.MemoryLimit = "1024Mi" }, "api.resources.memoryLimit", `"1024Mi"`, "canonical", true},
		{"memory over limit", func(s *Spec) { s.API.Resources.MemoryRequest = "1Gi" }, "api.resources.memoryRequest", `"1Gi"`, "at most memoryLimit (256Mi)", false},
		{"log level", func(s *Spec) { s.API.LogLevel = "loud" }, "api.logLevel", `"loud"`, "debug, info, warn, error", false},
		{"preStop", func(s *Spec) { s.API.Shutdown.PreStopSeconds = 0 }, "api.shutdown.preStopSeconds", "0", "from 1", true},
		{"drain", func(s *Spec) { s.API.Shutdown.DrainSeconds = -1 }, "api.shutdown.drainSeconds", "-1", "from 1", true},
		{"timeout", func(s *Spec) { s.API.Shutdown.TimeoutSeconds = 0 }, "api.shutdown.timeoutSeconds", "0", "from 1", true},
		{"grace", func(s *Spec) { s.API.Shutdown.GraceSeconds = 0 }, "api.shutdown.graceSeconds", "0", "from 1", true},
		{"grace too short", func(s *Spec) { s.API.Shutdown.GraceSeconds = 29 }, "api.shutdown.graceSeconds", "29", "= 30", false},
		{"pool size", func(s *Spec) { s.API.DatabasePool.Size = 0 }, "api.databasePool.size", "0", "from 1", false},
		{"pool overflow", func(s *Spec) { s.API.DatabasePool.MaxOverflow = -1 }, "api.databasePool.maxOverflow", "-1", "from 0", false},
		{"pool timeout", func(s *Spec) { s.API.DatabasePool.TimeoutSeconds = 0 }, "api.databasePool.timeoutSeconds", "0", "from 1", false},
		{"cache pool size", func(s *Spec) { s.API.CachePool.Size = 0 }, "api.cachePool.size", "0", "from 1", false},
		{"cache pool timeout", func(s *Spec) { s.API.CachePool.TimeoutSeconds = 0 }, "api.cachePool.timeoutSeconds", "0", "from 1", false},
	}
}

func dataRules() []rule {
	return []rule{
		{"threads", func(s *Spec) { s.Cache.Threads = 0 }, "cache.threads", "0", "from 1", true},
		{"cache memory", func(s *Spec) { s.Cache.MaxMemoryMiB = 255 }, "cache.maxMemoryMiB", "255", "from 256", true},
		{"cache memory for threads", func(s *Spec) { s.Cache.Threads = 2 }, "cache.maxMemoryMiB", "256", "= 512", false},
		{"cache limit", func(s *Spec) { s.Cache.MemoryLimitMiB = 0 }, "cache.memoryLimitMiB", "0", "from 256", true},
		{"cache limit too near", func(s *Spec) { s.Cache.MemoryLimitMiB = 319 }, "cache.memoryLimitMiB", "319", "= 320", false},
		{"cache cpu", func(s *Spec) { s.Cache.CPURequest = "" }, "cache.cpuRequest", `""`, "250m", true},
		{"cache cpu over threads", func(s *Spec) { s.Cache.CPURequest = "1500m" }, "cache.cpuRequest", `"1500m"`, "each of the 1 threads", true},
		{"mode", func(s *Spec) { s.Database.Mode = "cloud" }, "database.mode", `"cloud"`, "embedded, external", true},
		{"storage", func(s *Spec) { s.Database.StorageGiB = 1024 }, "database.storageGiB", "1024", "from 1 to 1023", false},
		{"connections", func(s *Spec) { s.Database.MaxConnections = 9 }, "database.maxConnections", "9", "from 10", true},
		{"connections for pools", func(s *Spec) { s.Database.MaxConnections = 158 }, "database.maxConnections", "158", "= 159", true},
		{"database memory", func(s *Spec) { s.Database.Resources.MemoryRequest = "2Gi" }, "database.resources.memoryRequest", `"2Gi"`, "at most memoryLimit", false},
		{"url of the embedded", func(s *Spec) { s.Database.URL = NewSecret("postgres://a:b@c/d") }, "database.url", "[secret]", "no value", false},
		{"migration url of the embedded", func(s *Spec) { s.Database.MigrationURL = NewSecret("postgres://a:b@c/d") }, "database.migrationURL", "[secret]", "no value", false},
		{"direct url of the embedded", func(s *Spec) { s.Database.DirectURL = NewSecret("postgres://a:b@c/d") }, "database.directURL", "[secret]", "no value", false},
	}
}
