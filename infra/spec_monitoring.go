package infra

// Monitoring watches the platform and tells somebody when a promise is broken.
type Monitoring struct {
	// IntervalSeconds is how often metrics are read and rules looked at.
	IntervalSeconds int `config:"intervalSeconds"`
	// RetentionDays and StorageGiB bound what Prometheus keeps.
	RetentionDays int `config:"retentionDays"`
	StorageGiB    int `config:"storageGiB"`
	// Resources are Prometheus'.
	Resources Resources `config:"resources"`
	// KubernetesPort is where the Kubernetes API listens, behind its Service.
	KubernetesPort int `config:"kubernetesPort"`
	// DatabaseURL is of a role that may read the external database's statistics.
	DatabaseURL Secret `config:"databaseURL"`
	// Critical and Warning are told of alerts of that severity.
	Critical Receivers `config:"critical"`
	Warning  Receivers `config:"warning"`
	// Operator gives rules, targets and receivers to the cluster's
	// prometheus-operator instead of a Prometheus of our own.
	Operator bool `config:"operator"`
	// OperatorNamespace is where that one's Prometheus runs.
	OperatorNamespace string `config:"operatorNamespace"`
	// Datadog lets Datadog's agent in DatadogNamespace read the API's metrics.
	Datadog          bool   `config:"datadog"`
	DatadogNamespace string `config:"datadogNamespace"`
	// Speed divides the windows and waits of alerts, for drills.
	Speed int `config:"speed"`
}

// Receivers are the ways to tell somebody; those that are set are all used.
type Receivers struct {
	// WebhookURL is sent Alertmanager's own JSON.
	WebhookURL Secret `config:"webhookURL"`
	// SlackURL is of an incoming webhook.
	SlackURL Secret `config:"slackURL"`
	// PagerDutyKey is an integration key of the Events API v2.
	PagerDutyKey Secret `config:"pagerDutyKey"`
}
