package workload

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// Datadog are the unified service tags, besides the version, which each pod has.
type Datadog struct {
	Environment, Service string
}

// labels are what Datadog's agent takes the tags of metrics, logs and traces from.
func (d *Datadog) labels(version string) map[string]string {
	if d == nil {
		return nil
	}
	const prefix = "tags.datadoghq.com/"
	return map[string]string{prefix + "env": d.Environment, prefix + "service": d.Service, prefix + "version": version}
}

// annotations have the agent on the pod's node read the metrics.
func (d *Datadog) annotations(args Args) (pulumi.StringMap, error) {
	check, err := json.Marshal(map[string]any{"openmetrics": map[string]any{
		"init_config": map[string]any{},
		"instances": []any{map[string]any{
			"openmetrics_endpoint": fmt.Sprintf("http://%%%%host%%%%:%d/metrics", args.Ports.Metrics),
			"namespace":            "tripsage", "metrics": []string{".*"},
			// Histograms by route make more than the 2000 that the check stops at.
			"max_returned_metrics": 20000,
			// The pod's tag of that name is the release; build_info's would be a second value.
			"rename_labels": map[string]string{"version": "build_version"},
		}},
	}})
	if err != nil {
		return nil, err
	}
	return pulumi.StringMap{"ad.datadoghq.com/" + args.Component + ".checks": pulumi.String(check)}, nil
}

func (d *Datadog) validate() error {
	if d == nil {
		return nil
	}
	return errors.Join(labels.ValidateValue("Datadog.Environment", d.Environment), labels.ValidateValue("Datadog.Service", d.Service))
}
