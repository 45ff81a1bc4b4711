package workload

import (
	"fmt"

	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// MeshMetricsPort is where a sidecar serves its own metrics together with the
// application's, in clear text, because Prometheus is not in the mesh. Istio
// changes the prometheus.io annotations of the pods to it.
const MeshMetricsPort = 15020

// sidecarAnnotations tell Istio's injector about the sidecar. The application
// starts after it, or its first connections fail. It goes on for as long as the
// application may take to end, or the last requests lose the way to the
// database; Istio's own default is five seconds.
func sidecarAnnotations(s Shutdown) pulumi.StringMap {
	const prefix = "sidecar.istio.io/proxy"
	config := fmt.Sprintf("holdApplicationUntilProxyStarts: true\nterminationDrainDuration: %ds\n", s.PreStopSeconds+s.AppSeconds)
	return pulumi.StringMap{
		"proxy.istio.io/config": pulumi.String(config),
		prefix + "CPU":          pulumi.String("100m"),
		prefix + "CPULimit":     pulumi.String("1"),
		prefix + "Memory":       pulumi.String("128Mi"),
		prefix + "MemoryLimit":  pulumi.String("512Mi"),
	}
}

// containerUtilization looks at the application's container only. A sidecar
// that idles would otherwise hide an application that is at its limits.
func containerUtilization(name string, percent int, container string) *autoscalingv2.MetricSpecArgs {
	return &autoscalingv2.MetricSpecArgs{
		Type: pulumi.String("ContainerResource"),
		ContainerResource: &autoscalingv2.ContainerResourceMetricSourceArgs{
			Name:      pulumi.String(name),
			Container: pulumi.String(container),
			Target:    target(percent),
		},
	}
}
