package rules

import "github.com/tripsage/infrastructure/policy/rule"

// workloads are the rules about what runs and how many of it.
func workloads() []rule.Rule {
	return []rule.Rule{
		imageDigest(), imageRegistry(), imagePullPolicy(),
		probesSet(), probesDiffer(), probeHandler(), probeTiming(), probePort(), jobProbes(),
		resourcesSet(), resourcesOrder(), resourcesUnit(), emptyDirLimit(),
		replicasMinimum(), autoscalerMinimum(), autoscalerRange(), autoscalerMetrics(), autoscalerAlone(),
		hostAntiAffinity(), zoneSpread(), spreadConstraints(),
		disruptionBudgetExists(), disruptionBudgetFeasible(), disruptionBudgetSingle(), disruptionBudgetUnhealthy(),
		updateStrategy(), statefulSetService(), jobBounds(), jobTTL(), cronJobSchedule(), restartPolicy(),
		apiVersion(), envUnique(), envReference(), volumeMounts(), containerPorts(), dnsPolicy(), terminationGrace(),
		selectorLabels(), selectorOverlap(), barePod(), namespaceSet(),
	}
}
