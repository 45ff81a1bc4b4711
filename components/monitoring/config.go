package monitoring

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// The files of Prometheus' configuration.
const (
	configFile = "prometheus.yml"
	rulesFile  = "rules.yml"
)

// maxScrapeSeconds is Prometheus' own default of scrape_timeout, which may not
// be longer than the interval.
const maxScrapeSeconds = 10

type config struct {
	Global struct {
		ScrapeInterval     string            `json:"scrape_interval"`
		ScrapeTimeout      string            `json:"scrape_timeout"`
		EvaluationInterval string            `json:"evaluation_interval"`
		ExternalLabels     map[string]string `json:"external_labels,omitempty"`
	} `json:"global"`
	RuleFiles []string `json:"rule_files"`
	Alerting  struct {
		Alertmanagers []targets `json:"alertmanagers"`
	} `json:"alerting"`
	Scrapes []scrape `json:"scrape_configs"`
}

type targets struct {
	Static []struct {
		Targets []string `json:"targets"`
	} `json:"static_configs"`
}

type scrape struct {
	Job         string      `json:"job_name"`
	HonorLabels bool        `json:"honor_labels,omitempty"`
	Path        string      `json:"metrics_path,omitempty"`
	Discovery   []discovery `json:"kubernetes_sd_configs"`
	Relabel     []relabel   `json:"relabel_configs"`
}

type discovery struct {
	Role       string `json:"role"`
	Namespaces struct {
		Own bool `json:"own_namespace"`
	} `json:"namespaces"`
}

type relabel struct {
	Source      []string `json:"source_labels"`
	Regex       string   `json:"regex,omitempty"`
	Target      string   `json:"target_label,omitempty"`
	Replacement string   `json:"replacement,omitempty"`
	Action      string   `json:"action,omitempty"`
}

// files are Prometheus' configuration.
func (a Args) files() (map[string]string, error) {
	var c config
	interval := fmt.Sprintf("%ds", a.IntervalSeconds)
	c.Global.ScrapeInterval, c.Global.EvaluationInterval = interval, interval
	c.Global.ScrapeTimeout = fmt.Sprintf("%ds", min(a.IntervalSeconds, maxScrapeSeconds))
	c.Global.ExternalLabels = a.Labels
	c.RuleFiles = []string{rulesFile}
	var alertmanager targets
	alertmanager.Static = append(alertmanager.Static, struct {
		Targets []string `json:"targets"`
	}{[]string{fmt.Sprintf("%s:%d", AlertmanagerName, AlertmanagerPort)}})
	c.Alerting.Alertmanagers = []targets{alertmanager}
	for _, target := range a.allTargets() {
		c.Scrapes = append(c.Scrapes, target.scrape())
	}
	text, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("configuration of Prometheus: %w", err)
	}
	rules, err := yaml.Marshal(monitoringv1.PrometheusRuleSpec{Groups: a.Rules})
	if err != nil {
		return nil, fmt.Errorf("rules of Prometheus: %w", err)
	}
	return map[string]string{configFile: string(text), rulesFile: string(rules)}, nil
}

// allTargets adds the component's own pods.
func (a Args) allTargets() []Target {
	all := slices.Clone(a.Targets)
	if a.Operator == nil {
		all = append(all,
			Target{Job: PrometheusName, PodLabels: Selector(PrometheusName), Port: PrometheusPort},
			Target{Job: AlertmanagerName, PodLabels: Selector(AlertmanagerName), Port: AlertmanagerPort})
	}
	if a.Exporter != nil {
		all = append(all, Target{Job: PostgresJob, PodLabels: Selector(ExporterName), Port: ExporterPort})
	}
	if a.StateMetrics != nil {
		all = append(all, Target{Job: StateMetricsName, PodLabels: Selector(StateMetricsName), Port: StateMetricsPort, HonorLabels: true})
	}
	return all
}

// scrape finds the target's pods. Each port of a pod is found on its own; with
// the address set, those are one target.
func (t Target) scrape() scrape {
	const meta = "__meta_kubernetes_"
	own := discovery{Role: "pod"}
	own.Namespaces.Own = true
	s := scrape{Job: t.Job, HonorLabels: t.HonorLabels, Path: t.Path, Discovery: []discovery{own}}
	for _, key := range slices.Sorted(maps.Keys(t.PodLabels)) {
		s.Relabel = append(s.Relabel, relabel{
			Source: []string{meta + "pod_label_" + metaName(key)}, Regex: regexp.QuoteMeta(t.PodLabels[key]), Action: "keep",
		})
	}
	s.Relabel = append(s.Relabel,
		relabel{Source: []string{meta + "pod_phase"}, Regex: "Pending|Succeeded|Failed", Action: "drop"},
		relabel{Source: []string{"__address__"}, Regex: `(.+?)(?::\d+)?`, Target: "__address__", Replacement: fmt.Sprintf("$1:%d", t.Port)},
		relabel{Source: []string{meta + "namespace"}, Target: "namespace"},
		relabel{Source: []string{meta + "pod_name"}, Target: "pod"},
		relabel{Source: []string{meta + "pod_label_" + metaName("app.kubernetes.io/version")}, Target: "version"},
		relabel{Source: []string{meta + "pod_label_" + metaName(labels.TrackKey)}, Target: "track"},
	)
	return s
}

// metaName is how Prometheus writes the key of a Kubernetes label.
func metaName(key string) string {
	return strings.NewReplacer(".", "_", "/", "_", "-", "_").Replace(key)
}
