package canary

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/traffic"
)

type (
	// Traffic is how requests travel to the service. What only a route of its
	// own could have, retries by method or a limit for WebSockets, is not used.
	Traffic = traffic.Traffic
	// HookType says when Flagger calls a webhook.
	HookType = flaggerv1.HookType
)

// Args configure how Flagger releases one workload.
type Args struct {
	// Namespace is where the workload is.
	Namespace pulumi.StringInput
	// Name is the metadata.name of the Canary, and of the Deployment and the
	// autoscaler that it is for. Default: the component's name.
	Name string
	// Version is the release that the labels show. Default: "unversioned".
	Version string

	// Port is the Service's port. Default: 80.
	Port int
	// TargetPort is the name of the container's port. Default: "http".
	TargetPort string
	// Hosts are the names under which the world reaches the service; none when
	// only the mesh does.
	Hosts []string
	// Gateways let the world in: "name" or "namespace/name".
	Gateways []string
	// Traffic has the limits of requests and connections.
	Traffic Traffic

	// ProgressDeadlineSeconds is how long the new pods may take to get ready.
	// Default: 600.
	ProgressDeadlineSeconds int
	Analysis                Analysis
}

// Analysis is how a new version earns its promotion: by weights (MaxWeight and
// StepWeight, or StepWeights) or by a number of checks (Iterations).
type Analysis struct {
	// Interval is the time between two checks, and thus steps: "30s" or "1m".
	// Default: "1m".
	Interval string
	// Threshold is how many failed checks take the new version back. Default: 5.
	Threshold int

	// MaxWeight is the percentage of the traffic that the new version has to
	// carry before it is promoted, and StepWeight what each step adds.
	MaxWeight, StepWeight int
	// StepWeights are the percentages of the steps, rising.
	StepWeights []int
	// Iterations is the number of checks before all traffic switches.
	Iterations int

	Objectives Objectives
	// Webhooks are gates, tests and load. They need a URL; there are none by
	// default.
	Webhooks []Webhook
}

// Objectives are what the new version has to keep to.
type Objectives struct {
	// SuccessRatePercent is the least share of answers below 500, such as 99.9.
	SuccessRatePercent float64
	// LatencyMilliseconds is the most that the 99th percentile of the answers may
	// take. An objective for a lower percentile becomes stricter here.
	LatencyMilliseconds int
	// Window is the time that a check looks back on. Default: the Interval, or
	// 30 seconds if that is longer.
	Window string
}

// Webhook is a URL that Flagger posts to; an answer from 200 to 202 is a yes.
type Webhook struct {
	// Name tells it apart in events.
	Name string
	// Type is when it is called.
	Type HookType
	// URL is http or https, without a password.
	URL string
	// TimeoutSeconds is how long to wait for the answer. Default: 10.
	TimeoutSeconds int
	// Metadata is sent along, for instance the command of a load test. Anybody
	// who can read the Canary can read it.
	Metadata map[string]string
}

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, labels.Unversioned)
	a.Port = cmp.Or(a.Port, 80)
	a.TargetPort = cmp.Or(a.TargetPort, "http")
	a.ProgressDeadlineSeconds = cmp.Or(a.ProgressDeadlineSeconds, flaggerv1.ProgressDeadlineSeconds)
	a.Traffic = a.Traffic.WithDefaults()
	a.Analysis = a.Analysis.withDefaults()
	return a
}

func (a Analysis) withDefaults() Analysis {
	a.Interval = cmp.Or(a.Interval, "1m")
	a.Threshold = cmp.Or(a.Threshold, 5)
	a.Objectives.Window = cmp.Or(a.Objectives.Window, defaultWindow(a.Interval))
	a.Webhooks = slices.Clone(a.Webhooks)
	for i := range a.Webhooks {
		a.Webhooks[i].TimeoutSeconds = cmp.Or(a.Webhooks[i].TimeoutSeconds, 10)
	}
	return a
}

func defaultWindow(interval string) string {
	if length, err := time.ParseDuration(interval); err == nil && length < leastWindow {
		return fmt.Sprintf("%ds", int(leastWindow.Seconds()))
	}
	return interval
}
