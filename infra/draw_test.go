package infra

import (
	"fmt"

	"pgregory.net/rapid"
)

// drawSpec gives a Spec that is often valid and often near an edge of a rule.
func drawSpec(t *rapid.T) Spec {
	number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	spec := goodSpec()
	if rapid.Bool().Draw(t, "external") {
		spec = externalSpec()
	}
	spec.Environment = rapid.SampledFrom(Environments()).Draw(t, "environment")
	spec.Kubernetes.Namespace = rapid.StringMatching(`[a-z][a-z0-9-]{0,61}[a-z0-9]`).Draw(t, "namespace")
	spec.Kubernetes.PodSecurityVersion = rapid.SampledFrom([]string{"latest", "v1.1", "v1.99"}).Draw(t, "version")
	spec.Kubernetes.Protect = rapid.Bool().Draw(t, "protect")
	spec.Images.API = rapid.StringMatching(`[a-z0-9][-a-z0-9._:/]{0,20}`).Draw(t, "image") + digest
	spec.API.Replicas = Replicas{Min: number("min", 1, 3), Max: number("max", 3, 100)}
	spec.API.Resources = drawResources(t, "api")
	spec.API.Shutdown = Shutdown{
		PreStopSeconds: number("preStop", 1, 10), DrainSeconds: number("drain", 1, 10),
		TimeoutSeconds: number("timeout", 1, 20), GraceSeconds: number("grace", 30, 3600),
	}
	spec.API.DatabasePool.Size = number("pool", 1, 4)
	spec.API.DatabasePool.MaxOverflow = number("overflow", 0, 4)
	spec.Cache.Threads = number("threads", 1, 64)
	spec.Cache.MaxMemoryMiB = number("maxMemory", 256*spec.Cache.Threads, 1<<20)
	spec.Cache.MemoryLimitMiB = number("limit", spec.Cache.MaxMemoryMiB*5/4, 1<<21)
	spec.Cache.CPURequest = drawCPU(t, "cache")
	spec.Secrets.Epoch = number("epoch", 1, 1_000_000)
	if spec.Database.Mode == DatabaseEmbedded {
		spec.Database.StorageGiB = number("storage", 1, 1023)
		spec.Database.MaxConnections = number("connections", 10, 1000)
		spec.Database.Resources = drawResources(t, "database")
	}
	drawReplicated(t, &spec)
	drawEdge(t, &spec)
	drawAuth(t, &spec)
	drawOutside(t, &spec)
	drawDelivery(t, &spec)
	drawRelease(t, &spec)
	drawMonitoring(t, &spec)
	return spec
}

func drawResources(t *rapid.T, name string) Resources {
	return Resources{
		CPURequest:    drawCPU(t, name+" request"),
		CPULimit:      rapid.SampledFrom([]string{"1", "1500m", "2", "100"}).Draw(t, name+" cpu limit"),
		MemoryRequest: fmt.Sprintf("%dMi", rapid.IntRange(1, 1023).Draw(t, name+" memory")),
		MemoryLimit:   fmt.Sprintf("%dGi", rapid.IntRange(1, 100).Draw(t, name+" memory limit")),
	}
}

func drawCPU(t *rapid.T, name string) string {
	return rapid.OneOf(rapid.Just("1"), rapid.StringMatching(`[1-9][0-9]{0,2}m`)).Draw(t, name)
}
