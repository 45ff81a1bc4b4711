package infra

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/components/monitoring"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/grafana"
	alertrules "github.com/tripsage/infrastructure/objectives/rules"
)

// runbooks is where alerts send people to.
const runbooks = "https://github.com/tripsage/infrastructure/blob/main/docs/runbooks/"

// deployMonitoring watches the other tiers, if the stack says so.
func deployMonitoring(ctx *pulumi.Context, spec Spec, place platform, data stores) error {
	m := spec.Monitoring
	if m == nil {
		return nil
	}
	args := monitoring.Args{
		Namespace:       place.namespace,
		ImagePullSecret: spec.Images.PullSecret,
		IntervalSeconds: m.IntervalSeconds,
		Labels:          map[string]string{"environment": spec.Environment},
		Targets:         spec.targets(),
		Rules:           alertrules.Groups(alertrules.Options{Runbooks: runbooks, Speed: m.Speed}),
		Kubernetes:      anywhere("kubernetes", m.KubernetesPort),
		Prometheus: monitoring.Prometheus{
			Image: spec.Images.Prometheus, RetentionDays: m.RetentionDays, StorageGiB: m.StorageGiB,
			Protect: spec.Kubernetes.Protect, Resources: containerResources(m.Resources),
		},
		Alertmanager: monitoring.Alertmanager{Image: spec.Images.Alertmanager},
	}
	if spec.Images.KubeStateMetrics != "" {
		args.StateMetrics = &monitoring.StateMetrics{Image: spec.Images.KubeStateMetrics}
	}
	for _, add := range []func(*pulumi.Context, Spec, platform, stores, *monitoring.Args) error{addReceivers, addExporter, addGrafana} {
		if err := add(ctx, spec, place, data, &args); err != nil {
			return err
		}
	}
	_, err := monitoring.New(ctx, monitoringName, args, place.inside...)
	return err
}

// targets are the pods with metrics of their own.
func (s Spec) targets() []monitoring.Target {
	cache := dragonfly.Selector(dragonflyName)
	if s.Cache.Replicated != nil {
		cache = dragonfly.ReplicatedSelector(dragonflyName)
	}
	return []monitoring.Target{
		{Job: objectives.API, PodLabels: workload.Selector(apiName), Port: metricsPort},
		{Job: dragonflyName, PodLabels: cache, Port: dragonfly.MetricsPort},
	}
}

// scrapers may read the metrics of the cache; none without monitoring.
func (s Spec) scrapers() []monitoring.Peer {
	if s.Monitoring == nil {
		return nil
	}
	return []monitoring.Peer{monitoring.Scraper(s.Monitoring.operator())}
}

// apiScrapers may read the metrics of the API.
func (s Spec) apiScrapers() []workload.Edge {
	var edges []workload.Edge
	for _, one := range s.scrapers() {
		edges = append(edges, workload.Edge{Peer: one, Ports: []int{metricsPort}})
	}
	if m := s.Monitoring; m != nil && m.Datadog {
		edges = append(edges, workload.Edge{Ports: []int{metricsPort}, Peer: workload.Peer{
			Name: "datadog", NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": m.DatadogNamespace},
		}})
	}
	return edges
}

// datadog are the tags of the API, or nothing.
func (s Spec) datadog() *workload.Datadog {
	if s.Monitoring == nil || !s.Monitoring.Datadog {
		return nil
	}
	return &workload.Datadog{Environment: s.Environment, Service: apiName}
}

// operator is nil where Prometheus is our own.
func (m Monitoring) operator() *monitoring.Operator {
	if !m.Operator {
		return nil
	}
	return &monitoring.Operator{Namespace: m.OperatorNamespace}
}

// addGrafana makes its password, where there is an image of it.
func addGrafana(ctx *pulumi.Context, spec Spec, place platform, _ stores, args *monitoring.Args) error {
	if spec.Images.Grafana == "" {
		return nil
	}
	password, err := secret.New(ctx, monitoring.GrafanaName, secret.Args{
		Namespace: place.namespace, Component: "monitoring", Epoch: spec.epoch(),
		Generated: map[string]secret.Generated{monitoring.AdminPasswordKey: {}},
	}, place.inside...)
	if err != nil {
		return err
	}
	boards, err := grafana.Dashboards()
	args.Grafana = &monitoring.Grafana{Image: spec.Images.Grafana, Secret: password.Ref(), Dashboards: boards}
	return err
}

// Watched are the programs of the monitoring that an operator can look at.
type Watched struct {
	// Labels select the pods, and Port is the one with the pages.
	Labels map[string]string
	Port   int
}

// watched are by name; none without monitoring.
func (s Spec) watched() map[string]Watched {
	all := map[string]Watched{}
	add := func(name string, port int) { all[name] = Watched{Labels: monitoring.Selector(name), Port: port} }
	if s.Monitoring != nil && !s.Monitoring.Operator {
		add(monitoring.PrometheusName, monitoring.PrometheusPort)
		add(monitoring.AlertmanagerName, monitoring.AlertmanagerPort)
	}
	if s.Images.Grafana != "" {
		add(monitoring.GrafanaName, monitoring.GrafanaPort)
	}
	return all
}

// ports are each port once, in order.
func ports(numbers []int) []int { return slices.Compact(slices.Sorted(slices.Values(numbers))) }
