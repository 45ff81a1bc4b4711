package rules

import "github.com/tripsage/infrastructure/policy/rule"

func probeHosts() rule.Rule {
	return rule.Rule{
		ID:       "probe-hosts",
		Title:    "Probes and lifecycle hooks go to the pod itself",
		Severity: rule.Medium,
		Reason: "The kubelet sends them, from the node's network: with a host of one's own choice a pod makes it " +
			"knock at doors that no NetworkPolicy opens to the pod.",
		Fix:     "Take host out; with HTTP, name a virtual host in httpHeaders.",
		Sources: []string{"Pod Security Standards, baseline: Host Probes / Lifecycle Hooks"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, container := range pod.Containers() {
				for _, caller := range []rule.Value{
					container.At("livenessProbe"), container.At("readinessProbe"), container.At("startupProbe"),
					container.At("lifecycle", "postStart"), container.At("lifecycle", "preStop"),
				} {
					for _, way := range []string{"httpGet", "tcpSocket"} {
						if host := caller.At(way, "host"); host.Known() && !host.Empty() {
							says("container %s: %s is %s", container.Name(), host.Path(), host.Show())
						}
					}
				}
			}
		}),
	}
}
