package policytest

// kubeScoreDifferences are about objects that are as they are on purpose; see
// test/manifests/exceptions_test.go, too.
func kubeScoreDifferences() []difference {
	shipped := func(check, why string) difference {
		return difference{judge: kubeScore, check: check, operators: []string{asShipped}, why: why}
	}
	return append(append(theirs(), ours()...), []difference{
		shipped("container-image-pull-policy", "Images are named by digest: what a node has under that name is what it would pull."),
		shipped("container-security-context-user-group-id", "The users that the images of the stores are made for; the profile accepts them by their numbers."),
		shipped("deployment-replicas", "A single cache has one pod: two would be two caches with different contents."),
		shipped("deployment-strategy", "A single cache is recreated: for the time of a rolling update there would be two."),
		shipped("horizontalpodautoscaler-replicas", "One machine: a second pod would survive nothing that the first does not."),
		shipped("pod-probes-identical", "A store that accepts connections is ready and alive; liveness has the greater patience."),
		shipped("statefulset-has-servicename", "kube-score wants a Service without an address; there is one pod, reached by the Service's address."),
		shipped("networkpolicy-targets-pod", "The Dragonfly operator makes the pods; kube-score sees only what we make."),
	}...)
}

func admissionDifferences() []difference {
	const hostPaths = "host-path-*"
	return []difference{
		{judge: admission, check: "Host Ports", operators: []string{"host-network", "windows-host-network"},
			why: "The API server makes every port of such a pod a host port before it judges; the pack names the cause alone."},
		{judge: admission, check: "Volume Types", operators: []string{hostPaths},
			why: "The restricted standard names host paths among the volume types; the pack has a rule of their own for them."},
		{judge: admission, rule: "host-paths", operators: []string{hostPaths},
			why: "The other side of the line above: the same volume, by another control's name."},
	}
}
