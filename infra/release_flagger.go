package infra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/canary"
	"github.com/tripsage/infrastructure/objectives"
)

// deployFlagger hands the traffic to Flagger, if the release says so.
func deployFlagger(ctx *pulumi.Context, spec Spec, place platform) error {
	if spec.Release.Flagger == nil {
		return nil
	}
	_, err := canary.New(ctx, apiName, canary.Args{
		Namespace: place.namespace,
		Hosts:     []string{spec.Mesh.Host},
		Gateways:  []string{apiName},
		Traffic:   spec.traffic(),
		Analysis:  spec.Release.Flagger.analysis(spec.Kubernetes.Namespace),
	}, place.inside...)
	return err
}

func (f Flagger) analysis(namespace string) canary.Analysis {
	analysis := canary.Analysis{
		Interval:  fmt.Sprintf("%ds", f.IntervalSeconds),
		Threshold: f.Threshold,
		Objectives: canary.Objectives{
			SuccessRatePercent: objectives.SuccessTarget * 100,
			// Flagger's own check is of the 99th percentile, so it is stricter here.
			LatencyMilliseconds: int(objectives.LatencyLimit.Milliseconds()),
		},
	}
	if f.LoadTestURL != "" {
		analysis.Webhooks = []canary.Webhook{{
			Name: "load-test", Type: canary.Rollout, URL: f.LoadTestURL,
			// Flagger's Service of the new version is the name with -canary.
			Metadata: map[string]string{
				"cmd": fmt.Sprintf("hey -z %ds -q 10 -c 2 http://%s-canary.%s/version", f.IntervalSeconds, apiName, namespace),
			},
		}}
	}
	if f.Mode == FlaggerBlueGreen {
		analysis.Iterations = f.Iterations
	} else {
		analysis.StepWeight, analysis.MaxWeight = f.StepWeightPercent, f.MaxWeightPercent
	}
	return analysis
}
