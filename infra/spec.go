package infra

import "strconv"

// Spec is everything that configuration decides about one stack. The config
// tags name the keys of the stack's configuration.
type Spec struct {
	// Environment is local, staging or production.
	Environment string     `config:"environment"`
	Kubernetes  Kubernetes `config:"kubernetes"`
	Images      Images     `config:"images"`
	API         API        `config:"api"`
	Auth        Auth       `config:"auth"`
	Cache       Cache      `config:"cache"`
	Database    Database   `config:"database"`
	Secrets     Secrets    `config:"secrets"`
	Features    Features   `config:"features"`
	Release     Release    `config:"release"`
	// Embedding turns texts into vectors. Nil: the API does it itself.
	Embedding *Embedding `config:"embedding"`
	// Tracing is where traces go. Nil: nowhere.
	Tracing *Tracing `config:"tracing"`
	// Monitoring watches all of it. Nil: nobody does.
	Monitoring *Monitoring `config:"monitoring"`
	// Mesh puts the API behind Istio. Nil: no mesh.
	Mesh *Mesh `config:"mesh"`
	// Vercel is the frontend's project. Nil: the stack has no frontend.
	Vercel *Vercel `config:"vercel"`
	// GitHub is how the pipeline may deploy the stack. Nil: it does not.
	GitHub *GitHub `config:"github"`
}

// Environments lists the values of Spec.Environment.
func Environments() []string { return []string{"local", "staging", "production"} }

// Kubernetes says which cluster and where in it.
type Kubernetes struct {
	Namespace string `config:"namespace"`
	// Context is a context of the kubeconfig; empty means its current one.
	Context string `config:"context"`
	// Cluster is our own name for the cluster. The provider takes everything to
	// be somewhere else, and replaces it, when this changes and only then.
	Cluster string `config:"cluster"`
	// PodSecurityVersion is the release whose restricted standard the namespace
	// enforces, such as v1.34, or latest.
	PodSecurityVersion string `config:"podSecurityVersion"`
	// Protect makes Pulumi refuse to delete the namespace and the database's
	// volume.
	Protect bool `config:"protect"`
}

// Images names every image by digest (name@sha256:...).
type Images struct {
	API       string `config:"api"`
	Dragonfly string `config:"dragonfly"`
	// Postgres is used by the embedded database only.
	Postgres string `config:"postgres"`
	// Prometheus and Alertmanager are used by a monitoring of our own only, the
	// exporter where there is a database to read.
	Prometheus       string `config:"prometheus"`
	Alertmanager     string `config:"alertmanager"`
	PostgresExporter string `config:"postgresExporter"`
	// KubeStateMetrics and Grafana run where they are named.
	KubeStateMetrics string `config:"kubeStateMetrics"`
	Grafana          string `config:"grafana"`
	// PullSecret names a Secret of type dockerconfigjson in the namespace, made
	// by hand; empty means that the registry asks for no password.
	PullSecret string `config:"pullSecret"`
}

// API sizes and tunes the API's workload.
type API struct {
	Replicas     Replicas     `config:"replicas"`
	Resources    Resources    `config:"resources"`
	LogLevel     string       `config:"logLevel"`
	Shutdown     Shutdown     `config:"shutdown"`
	DatabasePool DatabasePool `config:"databasePool"`
	CachePool    CachePool    `config:"cachePool"`
	CacheTTL     CacheTTL     `config:"cacheTTL"`
	// RateLimitPerMinute is how many requests one client may make in a minute.
	RateLimitPerMinute int `config:"rateLimitPerMinute"`
	// AllowedOrigins are web pages that may call the API from a browser, besides
	// Mesh.Origins and the frontend's own domain.
	AllowedOrigins []string `config:"allowedOrigins"`
	// EncryptionKeys seal what users entrust to us: base64 of 32 bytes each,
	// separated by commas; the first seals, all open. Empty: one is generated.
	EncryptionKeys Secret `config:"encryptionKeys"`
}

// CacheTTL says how long each kind of answer is kept.
type CacheTTL struct {
	SearchResultsSeconds   int `config:"searchResultsSeconds"`
	UserPreferencesSeconds int `config:"userPreferencesSeconds"`
	StaticDataSeconds      int `config:"staticDataSeconds"`
}

// Features are the API's switches for what is not yet for everybody.
type Features struct {
	NewSearchAlgorithm bool `config:"newSearchAlgorithm"`
	PricePrediction    bool `config:"pricePrediction"`
	AlternativeRoutes  bool `config:"alternativeRoutes"`
}

// Replicas bounds the autoscaler.
type Replicas struct {
	Min int `config:"min"`
	Max int `config:"max"`
}

// Resources are Kubernetes quantities in canonical form.
type Resources struct {
	CPURequest    string `config:"cpuRequest"`
	CPULimit      string `config:"cpuLimit"`
	MemoryRequest string `config:"memoryRequest"`
	MemoryLimit   string `config:"memoryLimit"`
}

// Shutdown splits the time between the decision to end a pod and the kill into
// parts that follow each other.
type Shutdown struct {
	// PreStopSeconds: nothing changes yet, the endpoints forget the pod.
	PreStopSeconds int `config:"preStopSeconds"`
	// DrainSeconds: readiness fails, requests are still served.
	DrainSeconds int `config:"drainSeconds"`
	// TimeoutSeconds: requests in flight may finish.
	TimeoutSeconds int `config:"timeoutSeconds"`
	// GraceSeconds: after these, from the start, Kubernetes kills the process.
	GraceSeconds int `config:"graceSeconds"`
}

// DatabasePool bounds the connections of one API process to the database.
type DatabasePool struct {
	Size           int `config:"size"`
	MaxOverflow    int `config:"maxOverflow"`
	TimeoutSeconds int `config:"timeoutSeconds"`
}

// CachePool bounds the connections of one API process to the cache.
type CachePool struct {
	Size           int `config:"size"`
	TimeoutSeconds int `config:"timeoutSeconds"`
}

// Cache sizes Dragonfly.
type Cache struct {
	Threads int `config:"threads"`
	// MaxMemoryMiB is what Dragonfly may use for data.
	MaxMemoryMiB int `config:"maxMemoryMiB"`
	// MemoryLimitMiB is where Kubernetes kills the pod.
	MemoryLimitMiB int    `config:"memoryLimitMiB"`
	CPURequest     string `config:"cpuRequest"`
	// Replicated has the Dragonfly operator run several. Nil: a single pod.
	Replicated *ReplicatedCache `config:"replicated"`
}

// ReplicatedCache is a cache that outlives a node.
type ReplicatedCache struct {
	// Replicas counts the master too.
	Replicas int `config:"replicas"`
	// TLSSecret names the Secret with tls.crt, tls.key and ca.crt.
	TLSSecret string   `config:"tlsSecret"`
	Snapshot  Snapshot `config:"snapshot"`
}

// Snapshot says where the cache's data is saved, and when.
type Snapshot struct {
	// URL is a folder in object storage, s3://bucket/path.
	URL    string `config:"url"`
	Region string `config:"region"`
	Cron   string `config:"cron"`
	// RoleARN is the IAM role that the cache's pods take on.
	RoleARN string `config:"roleARN"`
	// CIDRs are the addresses of the storage.
	CIDRs []string `config:"cidrs"`
}

// Where the database runs.
const (
	// DatabaseEmbedded is a Postgres in the namespace, for development.
	DatabaseEmbedded = "embedded"
	// DatabaseExternal is one that is reached by a URL, such as Supabase.
	DatabaseExternal = "external"
)

// Database says where the database is. The URLs belong to the external one, the
// rest to the embedded one.
type Database struct {
	Mode string `config:"mode"`
	// URL is what the API connects to, perhaps through a pooler.
	URL Secret `config:"url"`
	// MigrationURL is of a session as the schema's owner.
	MigrationURL Secret `config:"migrationURL"`
	// DirectURL is of a session that may listen for changes; empty: URL is.
	DirectURL  Secret `config:"directURL"`
	StorageGiB int    `config:"storageGiB"`
	// MaxConnections is the embedded server's limit over all clients.
	MaxConnections int       `config:"maxConnections"`
	Resources      Resources `config:"resources"`
}

// Secrets steers the generated credentials.
type Secrets struct {
	// Epoch is any number; another one makes every generated credential anew.
	Epoch int `config:"epoch"`
}

func (s Spec) epoch() string { return strconv.Itoa(s.Secrets.Epoch) }
