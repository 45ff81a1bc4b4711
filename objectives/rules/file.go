package rules

import (
	"fmt"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"
)

// File is a rule file of Prometheus.
func File(o Options) ([]byte, error) {
	text, err := yaml.Marshal(monitoringv1.PrometheusRuleSpec{Groups: Groups(o)})
	if err != nil {
		return nil, fmt.Errorf("rule file: %w", err)
	}
	return append([]byte("# Generated from package objectives: do not edit.\n"), text...), nil
}
