package object

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Check is the question that a probe asks: an HTTP path or an open TCP port.
type Check struct {
	// Port is the name of a container port.
	Port string
	// Path is asked for with GET; without it the port only has to accept.
	Path string
	// Command runs in the container instead of a connection.
	Command []string
}

// Pace is how often a probe asks and when it gives up, in seconds and failures.
type Pace struct {
	Period, Timeout, Failures int
}

// StartupPace gives a process that many seconds to start.
func StartupPace(seconds int) Pace {
	const period = 2
	return Pace{Period: period, Timeout: 3, Failures: (seconds + period - 1) / period}
}

// Probe returns a probe.
func Probe(check Check, pace Pace) *corev1.ProbeArgs {
	probe := &corev1.ProbeArgs{
		PeriodSeconds:    pulumi.Int(pace.Period),
		TimeoutSeconds:   pulumi.Int(pace.Timeout),
		FailureThreshold: pulumi.Int(pace.Failures),
	}
	switch {
	case len(check.Command) > 0:
		probe.Exec = &corev1.ExecActionArgs{Command: pulumi.ToStringArray(check.Command)}
	case check.Path != "":
		probe.HttpGet = &corev1.HTTPGetActionArgs{Path: pulumi.String(check.Path), Port: pulumi.String(check.Port)}
	default:
		probe.TcpSocket = &corev1.TCPSocketActionArgs{Port: pulumi.String(check.Port)}
	}
	return probe
}
