package rules

// Absent is a check of a linter that no rule makes, or that a rule makes in part,
// and why.
type Absent struct{ Source, Why string }

// NotCovered are the checks of the linters' lists that are not wanted here.
func NotCovered() []Absent {
	const bursts = "A container that may use idle processors and memory above its request needs a smaller node. That it does not take " +
		"them from others is the limit's work, which resources-set demands."
	return []Absent{
		{
			"kube-linter job-ttl-seconds-after-finished",
			"In part: it wants a Job to have a time to live. Pulumi would find the Job gone and run it again, so job-ttl forbids one; " +
				"of the Jobs of a CronJob both say the same.",
		},
		{"kube-score container-cpu-requests-equal-limits", bursts},
		{
			"kube-score container-ephemeral-storage-request-equals-limit",
			"Logs and temporary files come and go. A request of the limit's size would keep room that is empty most of the time.",
		},
		{
			"kube-score container-image-pull-policy",
			"It wants Always. Images are named by digest (image-digest), so what a node has under that name is what it would pull; " +
				"Always makes each start depend on the registry.",
		},
		{"kube-score container-memory-requests-equal-limits", bursts},
		{"kube-score container-resource-requests-equal-limits", bursts},
		{
			"kube-score deployment-has-host-podantiaffinity",
			"In part: host-anti-affinity also accepts a topology spread constraint over nodes with DoNotSchedule, which is stricter.",
		},
		{
			"kube-score pod-probes-identical",
			"In part: probes-differ accepts the same TCP connection or command if liveness has more patience. A store that takes " +
				"connections is ready and alive.",
		},
		{
			"kube-score statefulset-has-servicename",
			"In part: statefulset-service wants a headless Service for several replicas only. A single pod is reached by its " +
				"Service's address.",
		},
	}
}
