package rules

import "github.com/tripsage/infrastructure/policy/rule"

// perPod is the check of a rule about pods, for each resource that makes some.
func perPod(check func(c *rule.Context, r rule.Resource, pod rule.Pod)) func(*rule.Context, rule.Resource) {
	return func(c *rule.Context, r rule.Resource) {
		if pod, ok := r.Pod(); ok {
			check(c, r, pod)
		}
	}
}

// perContainer is the check of a rule about containers of all kinds.
func perContainer(check func(c *rule.Context, r rule.Resource, container rule.Container)) func(*rule.Context, rule.Resource) {
	return perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
		for _, container := range pod.Containers() {
			check(c, r, container)
		}
	})
}

// probeFields are the probes that a container may have.
func probeFields() []string { return []string{"livenessProbe", "readinessProbe", "startupProbe"} }

// handlers are the ways in which a probe may ask.
func handlers() []string { return []string{"httpGet", "tcpSocket", "exec", "grpc"} }
