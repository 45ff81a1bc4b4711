package rules

import "github.com/tripsage/infrastructure/policy/rule"

func hostNamespaces() rule.Rule {
	return rule.Rule{
		ID:       "host-namespaces",
		Title:    "No pod shares the node's network, processes or IPC",
		Severity: rule.Critical,
		Reason: "In the node's network no NetworkPolicy holds and every service on the node's loopback address is in " +
			"reach; with its processes or IPC a pod sees the memory and the environment of others.",
		Fix: "Take hostNetwork, hostPID and hostIPC out; reach a pod from outside through a Service.",
		Sources: []string{
			"Pod Security Standards, baseline: Host Namespaces",
			"kube-linter host-network", "kube-linter host-pid", "kube-linter host-ipc",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
				if shared := pod.Spec.At(field); shared.True() {
					says("%s is true", shared.Path())
				}
			}
		}),
	}
}
