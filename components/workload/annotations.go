package workload

import (
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/process"
)

// podAnnotations say where Prometheus finds the metrics, and change with
// everything that the pods read only once, at their start.
func podAnnotations(args Args) (pulumi.StringMap, error) {
	config, err := process.Checksum(args.Env)
	if err != nil {
		return nil, err
	}
	out := pulumi.StringMap{
		"prometheus.io/scrape": pulumi.String("true"),
		"prometheus.io/port":   pulumi.String(strconv.Itoa(args.Ports.Metrics)),
		"prometheus.io/path":   pulumi.String("/metrics"),
		"checksum/config":      pulumi.String(config),
	}
	if args.Mesh {
		maps.Copy(out, sidecarAnnotations(args.Shutdown))
	}
	if args.Datadog != nil {
		check, err := args.Datadog.annotations(args)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, check)
	}
	if len(args.Secrets) > 0 {
		out[process.SecretsAnnotation] = args.process().SecretsChecksum()
	}
	return out, nil
}
