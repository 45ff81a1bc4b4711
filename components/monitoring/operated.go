package monitoring

import (
	"fmt"
	"maps"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	operatorGroup = "monitoring.coreos.com"
	stableVersion = operatorGroup + "/v1"
	alphaVersion  = operatorGroup + "/v1alpha1"
)

// Operator is the prometheus-operator of the cluster.
type Operator struct {
	// Namespace is where its Prometheus runs.
	Namespace string
	// Alerts are who is told of what.
	Alerts v1alpha1.AlertmanagerConfigSpec
}

// newOperated registers what Prometheus and Alertmanager of the operator read.
func newOperated(ctx *pulumi.Context, c *Component, logical string, args Args) error {
	owner := object.Owner{
		Resource: c, Logical: logical, Namespace: args.Namespace,
		Identity: labels.Identity{Name: "monitoring", Instance: "monitoring", Component: "monitoring", Version: labels.Unversioned},
	}
	made := []customresource.Resource{
		{APIVersion: stableVersion, Kind: monitoringv1.PrometheusRuleKind, Spec: monitoringv1.PrometheusRuleSpec{Groups: args.labelled()}},
		{APIVersion: alphaVersion, Kind: v1alpha1.AlertmanagerConfigKind, Logical: logical + "-alerts", Spec: args.Operator.Alerts},
	}
	for _, target := range args.allTargets() {
		made = append(made, customresource.Resource{
			APIVersion: stableVersion, Kind: monitoringv1.PodMonitorsKind, Logical: logical + "-" + target.Job, Name: target.Job,
			Spec: target.monitor(args.IntervalSeconds),
		})
	}
	for _, one := range made {
		one.Late = map[string]pulumi.StringInput{namespacePlace: args.Namespace}
		if _, err := customresource.New(ctx, owner, one); err != nil {
			return err
		}
	}
	return nil
}

// namespacePlace stands for the namespace, which another resource makes.
const namespacePlace = "<namespace>"

// labelled are the rules with the labels that Prometheus' own configuration would
// add. The operator's Alertmanager tells receivers of a namespace only of alerts
// with its label.
func (a Args) labelled() []monitoringv1.RuleGroup {
	var groups []monitoringv1.RuleGroup
	for _, group := range a.Rules {
		made := *group.DeepCopy()
		for i := range made.Rules {
			if made.Rules[i].Alert == "" {
				continue
			}
			if made.Rules[i].Labels == nil {
				made.Rules[i].Labels = map[string]string{}
			}
			maps.Copy(made.Rules[i].Labels, a.Labels)
			made.Rules[i].Labels["namespace"] = namespacePlace
		}
		groups = append(groups, made)
	}
	return groups
}

// monitor is the target for the operator, with the same labels as in the
// configuration of a Prometheus of our own.
func (t Target) monitor(intervalSeconds int) monitoringv1.PodMonitorSpec {
	port := int32(t.Port) // #nosec G115 -- Validate has checked it
	label := func(key string) []monitoringv1.LabelName {
		return []monitoringv1.LabelName{monitoringv1.LabelName("__meta_kubernetes_pod_label_" + metaName(key))}
	}
	return monitoringv1.PodMonitorSpec{
		Selector: metav1.LabelSelector{MatchLabels: t.PodLabels},
		PodMetricsEndpoints: []monitoringv1.PodMetricsEndpoint{{
			PortNumber: &port, Path: t.Path, HonorLabels: t.HonorLabels,
			Interval: monitoringv1.Duration(fmt.Sprintf("%ds", intervalSeconds)),
			RelabelConfigs: []monitoringv1.RelabelConfig{
				{TargetLabel: "job", Replacement: &t.Job},
				{TargetLabel: "version", SourceLabels: label("app.kubernetes.io/version")},
				{TargetLabel: "track", SourceLabels: label(labels.TrackKey)},
			},
		}},
	}
}
