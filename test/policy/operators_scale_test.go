package policytest

import (
	"slices"
	"strings"
)

const hpa = "HorizontalPodAutoscaler"

// api are the workloads that users wait for.
func api(f filter) filter { return f.and(named("tripsage-api")) }

func scaleOperators() []operator {
	budget := ofKind("PodDisruptionBudget")
	return []operator{
		onStack("production")(each("hpa-minimum-two", ownClaim+"HPA minimum in production at least 3", ofKind(hpa), puts("spec.minReplicas", 2.0))),
		onStack("staging", "production")(each("hpa-minimum-one", score+"horizontalpodautoscaler-replicas", ofKind(hpa), puts("spec.minReplicas", 1.0))),
		onStack("staging", "production")(each("hpa-minimum-unset", score+"horizontalpodautoscaler-replicas", ofKind(hpa), drops("spec.minReplicas"))),
		each("hpa-maximum-below-minimum", "Kubernetes API: HorizontalPodAutoscaler", ofKind(hpa), func(r *thing) bool {
			return put(r.Properties, "spec.minReplicas", 5.0) && put(r.Properties, "spec.maxReplicas", 4.0)
		}),
		each("hpa-without-metrics", "Kubernetes API: HorizontalPodAutoscaler", ofKind(hpa), drops("spec.metrics")),
		each("hpa-target-typo", score+"horizontalpodautoscaler-has-target", ofKind(hpa), puts("spec.scaleTargetRef.name", "tripsage-apj")),
		each("hpa-target-kind", score+"horizontalpodautoscaler-has-target", ofKind(hpa), puts("spec.scaleTargetRef.kind", "StatefulSet")),
		inEach("hpa-container-typo", "Kubernetes API: ContainerResource", ofKind(hpa), listed("spec.metrics"),
			putsHere("containerResource.container", "apj")),
		without("hpa-removed", ownClaim+"HPA without its target, the other way round", ofKind(hpa)),
		beside("second-hpa", ownClaim+"one owner of the replicas", ofKind(hpa), "kubernetes:autoscaling/v2:"+hpa, func(r thing) object {
			put(r.Properties, "metadata.name", "second")
			return r.Properties
		}),
		each("replicas-beside-hpa", score+"deployment-targeted-by-hpa-does-not-have-replicas-configured",
			api(ofKind("Deployment")), puts("spec.replicas", 3.0)),
		onStack("production")(operator{name: "one-replica", source: score + "deployment-replicas", mutants: oneReplica}),
		each("no-replicas", score+"deployment-replicas", lasting(), puts("spec.replicas", 0.0)),

		each("pdb-allows-nothing", linter+"pdb-max-unavailable", budget, puts("spec.maxUnavailable", 0.0)),
		each("pdb-allows-no-percent", linter+"pdb-max-unavailable", budget, puts("spec.maxUnavailable", "0%")),
		onStack("staging", "production")(each("pdb-needs-all", linter+"pdb-min-available", budget, func(r *thing) bool {
			return drop(r.Properties, "spec.maxUnavailable") && put(r.Properties, "spec.minAvailable", 3.0)
		})),
		each("pdb-needs-all-percent", linter+"pdb-min-available", budget, func(r *thing) bool {
			return drop(r.Properties, "spec.maxUnavailable") && put(r.Properties, "spec.minAvailable", "100%")
		}),
		each("pdb-without-policy", score+"poddisruptionbudget-has-policy", budget, drops("spec.maxUnavailable")),
		each("pdb-selector-typo", score+"deployment-has-poddisruptionbudget", budget,
			puts("spec.selector.matchLabels", object{"app.kubernetes.io/instance": "tripsage-apj"})),
		each("pdb-unhealthy-pods", linter+"pdb-unhealthy-pod-eviction-policy", budget, drops("spec.unhealthyPodEvictionPolicy")),
		onStack("staging", "production")(without("pdb-removed", score+"deployment-has-poddisruptionbudget", budget)),
		each("dragonfly-without-pdb", ownClaim+"PodDisruptionBudget feasible", ofKind("Dragonfly"), drops("spec.pdb")),
		each("dragonfly-pdb-allows-nothing", ownClaim+"PodDisruptionBudget feasible", ofKind("Dragonfly"), puts("spec.pdb.maxUnavailable", 0.0)),

		onStack("staging", "production")(each("recreate", score+"deployment-strategy", api(ofKind("Deployment")),
			puts("spec.strategy", object{"type": "Recreate"}))),
		onStack("staging", "production")(each("rolling-update-of-all", linter+"no-rolling-update-strategy", api(ofKind("Deployment")),
			puts("spec.strategy.rollingUpdate.maxUnavailable", "100%"))),
		onStack("staging", "production")(inEach("all-on-one-node", linter+"no-anti-affinity", api(ofKind("Deployment")), podSpec, func(pod object) bool {
			return drop(pod, "affinity") && drop(pod, "topologySpreadConstraints")
		})),
		onStack("staging", "production")(inEach("no-anti-affinity", score+"deployment-has-host-podantiaffinity", api(ofKind("Deployment")), podSpec,
			dropsHere("affinity"))),
		inEach("no-spread", score+"pod-topology-spread-constraints", api(ofKind("Deployment")), podSpec, dropsHere("topologySpreadConstraints")),
	}
}

// oneReplica takes the autoscaler of a Deployment away and sets one replica.
func oneReplica(s stack) (all []mutant) {
	for i, r := range s.resources {
		if r.kind() != "Deployment" {
			continue
		}
		for j, other := range s.resources {
			if other.kind() == hpa && at(other.Properties, "spec.scaleTargetRef.name") == at(r.Properties, "metadata.name") {
				broken := r.clone()
				put(broken.Properties, "spec.replicas", 1.0)
				all = append(all, mutant{
					operator: "one-replica", stack: s.name, where: r.title(), changed: map[int]thing{i: broken}, removed: j,
				})
			}
		}
	}
	return all
}

func selectorOperators() []operator {
	elsewhere := object{"app.kubernetes.io/instance": "elsewhere"}
	return []operator{
		each("selector-mismatch", linter+"mismatching-selector", lasting(), puts("spec.selector.matchLabels", elsewhere)),
		each("selector-empty", linter+"mismatching-selector", lasting(), puts("spec.selector", object{})),
		inEach("template-labels-changed", score+"deployment-pod-selector-labels-match-template-metadata-labels", lasting(), podMeta,
			putsHere("labels", elsewhere)),
		inEach("duplicate-variable", linter+"duplicate-env-var", workloads(), containers, func(c object) bool {
			return add(c, "env", object{"name": "TWICE", "value": "a"}, object{"name": "TWICE", "value": "b"})
		}),
		inEach("duplicate-port", score+"container-ports-check", lasting(), containers, func(c object) bool {
			ports := objects(c, "ports")
			return len(ports) > 0 && add(c, "ports", clone(ports[0]))
		}),
		each("label-value-invalid", score+"label-values", workloads(), puts("metadata.labels.note", "not a valid value!")),
		each("old-api-deployment", linter+"no-extensions-v1beta", ofKind("Deployment"), asVersion("extensions/v1beta1")),
		each("old-api-apps", score+"stable-version", ofKind("Deployment"), asVersion("apps/v1beta1")),
		each("old-api-pdb", score+"stable-version", ofKind("PodDisruptionBudget"), asVersion("policy/v1beta1")),
		each("old-api-hpa", score+"stable-version", ofKind(hpa), asVersion("autoscaling/v2beta2")),
		each("old-api-networkpolicy", score+"stable-version", ofKind("NetworkPolicy"), asVersion("extensions/v1beta1")),
	}
}

// asVersion makes the object one of another API.
func asVersion(version string) func(*thing) bool {
	return func(r *thing) bool {
		old := r.Type
		r.Type = "kubernetes:" + version + ":" + r.kind()
		r.URN = strings.Replace(r.URN, old, r.Type, 1)
		return put(r.Properties, "apiVersion", version)
	}
}

func jobOperators() []operator {
	cron := func(change func(spec object)) func(thing) object {
		return func(r thing) object {
			spec := object{
				"schedule": "0 3 * * *", "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 600.0,
				"jobTemplate": object{"spec": clone(at(r.Properties, "spec"))},
			}
			change(spec)
			return object{
				"apiVersion": "batch/v1", "kind": "CronJob", "metadata": clone(at(r.Properties, "metadata")), "spec": spec,
			}
		}
	}
	const kind = "kubernetes:batch/v1:CronJob"
	return slices.Concat([]operator{
		each("job-without-deadline", ownClaim+"jobs end", ofKind("Job"), drops("spec.activeDeadlineSeconds")),
		inEach("job-restarts-always", score+"cronjob-restartpolicy", ofKind("Job"), podSpec, putsHere("restartPolicy", "Always")),
		beside("cronjob-without-deadline", score+"cronjob-has-deadline", ofKind("Job"), kind, cron(func(spec object) { drop(spec, "startingDeadlineSeconds") })),
		beside("cronjob-restarts-always", score+"cronjob-restartpolicy", ofKind("Job"), kind, cron(func(spec object) {
			put(within(spec, "jobTemplate"), "spec.template.spec.restartPolicy", "Always")
		})),
		beside("cronjob-privileged", linter+"privileged-container", ofKind("Job"), kind, cron(func(spec object) {
			for _, c := range objects(spec, "jobTemplate.spec.template.spec.containers") {
				put(c, "securityContext.privileged", true)
			}
		})),
	})
}
