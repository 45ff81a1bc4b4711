package canary

import (
	"fmt"

	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The names of Flagger's built-in checks.
const (
	successRate = "request-success-rate"
	duration    = "request-duration"
)

func spec(args Args) (flaggerv1.CanarySpec, error) {
	service, err := service(args)
	if err != nil {
		return flaggerv1.CanarySpec{}, err
	}
	deadline := int32(args.ProgressDeadlineSeconds) // #nosec G115 -- Validate bounds it
	return flaggerv1.CanarySpec{
		Provider:  flaggerv1.IstioProvider,
		TargetRef: flaggerv1.LocalObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: args.Name},
		AutoscalerRef: &flaggerv1.AutoscalerRefernce{
			APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler", Name: args.Name,
			PrimaryScalerQueries: map[string]string{}, // nil would be written as null, which the definition refuses
		},
		Service:                 service,
		Analysis:                analysis(args.Analysis),
		ProgressDeadlineSeconds: &deadline,
		RevertOnDeletion:        true,
	}, nil
}

func service(args Args) (flaggerv1.CanaryService, error) {
	route, err := route(args.Traffic)
	if err != nil {
		return flaggerv1.CanaryService{}, err
	}
	policy, err := policy(args.Traffic)
	if err != nil {
		return flaggerv1.CanaryService{}, err
	}
	return flaggerv1.CanaryService{
		Port:          int32(args.Port), // #nosec G115 -- Validate bounds it
		PortName:      "http",
		TargetPort:    intstr.FromString(args.TargetPort),
		Hosts:         args.Hosts,
		Gateways:      gateways(args.Gateways),
		Timeout:       route.Timeout,
		Retries:       route.Retries,
		CorsPolicy:    route.CorsPolicy,
		TrafficPolicy: policy,
	}, nil
}

// gateways adds the sidecars of callers: Flagger does so only when the list is
// empty, and without them calls inside the mesh would never see the new version.
func gateways(list []string) []string {
	return append([]string{meshGateway}, list...)
}

func analysis(a Analysis) *flaggerv1.CanaryAnalysis {
	least, most := a.Objectives.SuccessRatePercent, float64(a.Objectives.LatencyMilliseconds)
	out := &flaggerv1.CanaryAnalysis{
		Interval:    a.Interval,
		Threshold:   a.Threshold,
		MaxWeight:   a.MaxWeight,
		StepWeight:  a.StepWeight,
		StepWeights: a.StepWeights,
		Iterations:  a.Iterations,
		Metrics: []flaggerv1.CanaryMetric{
			{Name: successRate, Interval: a.Objectives.Window, ThresholdRange: &flaggerv1.CanaryThresholdRange{Min: &least}},
			{Name: duration, Interval: a.Objectives.Window, ThresholdRange: &flaggerv1.CanaryThresholdRange{Max: &most}},
		},
	}
	for _, hook := range a.Webhooks {
		out.Webhooks = append(out.Webhooks, webhook(hook))
	}
	return out
}

func webhook(hook Webhook) flaggerv1.CanaryWebhook {
	out := flaggerv1.CanaryWebhook{
		Name:    hook.Name,
		Type:    hook.Type,
		URL:     hook.URL,
		Timeout: fmt.Sprintf("%ds", hook.TimeoutSeconds),
	}
	if len(hook.Metadata) > 0 {
		out.Metadata = &hook.Metadata
	}
	return out
}

// Weights returns the percentages of traffic that the new version gets, step by
// step; none when all of it switches at once.
func (a Analysis) Weights() []int {
	if len(a.StepWeights) > 0 || a.StepWeight < 1 {
		return a.StepWeights
	}
	var out []int
	for weight := a.StepWeight; weight <= a.MaxWeight; weight += a.StepWeight {
		out = append(out, weight)
	}
	return out
}
