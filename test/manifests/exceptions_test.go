package manifests

// exceptions are what linters find and we do on purpose.
func exceptions() []exception {
	return append(append(kubeScoreExceptions(), istioExceptions()...), exception{
		check: "kubeaudit AppArmorAnnotationMissing", says: "AppArmor annotation missing",
		on: []string{"* Deployment/*", "* Job/*", "* StatefulSet/*"},
		why: "The annotation is deprecated since Kubernetes 1.30. On a node with AppArmor the container " +
			"runtime confines every container with its default profile, asked or not.",
	})
}

func kubeScoreExceptions() []exception {
	const userGroup = "kube-score container-security-context-user-group-id"
	stores := []string{"local StatefulSet/postgres", "* Deployment/dragonfly"}
	upstream := append([]string{"* Deployment/grafana"}, stores...)
	return []exception{{
		check: "kube-score container-image-pull-policy", says: "ImagePullPolicy is not set to Always",
		on:  []string{"* Deployment/*", "* Job/*", "* StatefulSet/*"},
		why: "Images are named by digest: what a node has under that name is what it would pull.",
	}, {
		check: "kube-score pod-probes-identical", says: "same readiness and liveness probe", on: stores,
		why: "A store that accepts connections is ready and alive; neither probe asks anything that depends on " +
			"others. Liveness has the greater patience, so a busy store loses traffic before it is restarted.",
	}, {
		check: userGroup, says: "low user ID", on: upstream,
		why: "The user that the upstream image is made for; its files in the image are that user's.",
	}, {
		check: userGroup, says: "low group ID", on: upstream,
		why: "The group that the upstream image is made for.",
	}, {
		check: "kube-score statefulset-has-servicename", says: "valid serviceName",
		on: []string{"* StatefulSet/*"},
		why: "The check wants a Service without an address, for names of single pods. There is one pod, and it is " +
			"reached by the Service's address.",
	}, {
		check: "kube-score horizontalpodautoscaler-replicas", says: "HPA few replicas",
		on:  []string{"local HorizontalPodAutoscaler/tripsage-api"},
		why: "One machine: a second pod would survive nothing that the first does not.",
	}, {
		check: "kube-score deployment-replicas", says: "Deployment few replicas", on: []string{"* Deployment/dragonfly"},
		why: "The single cache of the smaller stacks. Two would be two caches with different contents; replicas " +
			"are the Dragonfly operator's work, in production.",
	}, {
		check: "kube-score deployment-strategy", says: "Deployment update strategy", on: []string{"* Deployment/dragonfly"},
		why: "Recreate: for the time of a rolling update there would be two caches with different contents.",
	}, {
		check: "kube-score networkpolicy-targets-pod", says: "selector doesn't match any pods",
		on:  []string{"production NetworkPolicy/dragonfly-*"},
		why: "The Dragonfly operator makes the pods; kube-score sees only what we make.",
	}}
}

func istioExceptions() []exception {
	return []exception{{
		check: "istio IST0101", says: "Referenced credentialName not found",
		on: []string{"staging Gateway/tripsage-api", "production Gateway/tripsage-api"},
		why: "Istio wants the certificate beside its ingress gateway, where the cluster's certificate manager " +
			"puts it; it is not a part of the stack.",
	}, {
		check: "istio IST0102", says: "not enabled for Istio injection", on: []string{"local Namespace/tripsage"},
		why: "The local stack has no mesh.",
	}, {
		check: "istio IST0118", says: "Port name postgres", on: []string{"local Service/postgres"},
		why: "The local stack has no mesh.",
	}, {
		check: "istio IST0118", says: "Port name metrics",
		on:  []string{"* Service/dragonfly", "* Service/tripsage-api"},
		why: "Metrics are read from pods, not through a Service, so no proxy has to guess the protocol.",
	}}
}
