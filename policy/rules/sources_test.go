package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/policy/rules"
)

// kubeLinter are the checks that kube-linter v0.8.3 runs unless told otherwise
// (internal/defaultchecks).
func kubeLinter() []string {
	return strings.Fields(`
		dangling-service deprecated-service-account-field docker-sock drop-net-raw-capability duplicate-env-var env-var-secret
		host-ipc host-network host-pid invalid-target-ports job-ttl-seconds-after-finished latest-tag liveness-port
		mismatching-selector no-anti-affinity no-extensions-v1beta no-read-only-root-fs non-existent-service-account
		pdb-max-unavailable pdb-min-available pdb-unhealthy-pod-eviction-policy privilege-escalation-container
		privileged-container readiness-port run-as-non-root sensitive-host-mounts ssh-port startup-port unsafe-sysctls
		unset-cpu-requirements unset-memory-requirements`)
}

// kubeScore are all checks that kube-score v1.20.0 lists.
func kubeScore() []string {
	return strings.Fields(`
		container-cpu-requests-equal-limits container-ephemeral-storage-request-and-limit
		container-ephemeral-storage-request-equals-limit container-image-pull-policy container-image-tag
		container-memory-requests-equal-limits container-ports-check container-resource-requests-equal-limits
		container-resources container-seccomp-profile container-security-context-privileged
		container-security-context-readonlyrootfilesystem container-security-context-user-group-id cronjob-has-deadline
		cronjob-restartpolicy deployment-has-host-podantiaffinity deployment-has-poddisruptionbudget
		deployment-pod-selector-labels-match-template-metadata-labels deployment-replicas deployment-strategy
		deployment-targeted-by-hpa-does-not-have-replicas-configured environment-variable-key-duplication
		horizontalpodautoscaler-has-target horizontalpodautoscaler-replicas ingress-targets-service label-values
		networkpolicy-targets-pod pod-networkpolicy pod-probes pod-probes-identical pod-topology-spread-constraints
		poddisruptionbudget-has-policy service-targets-pod service-type stable-version statefulset-has-host-podantiaffinity
		statefulset-has-poddisruptionbudget statefulset-has-servicename
		statefulset-pod-selector-labels-match-template-metadata-labels`)
}

// podSecurityControls are those of the restricted Pod Security Standard, with
// baseline's that it contains. Seccomp and Capabilities replace baseline's.
func podSecurityControls() []string {
	return []string{
		"baseline: HostProcess", "baseline: Host Namespaces", "baseline: Privileged Containers",
		"baseline: HostPath Volumes", "baseline: Host Ports", "baseline: Host Probes / Lifecycle Hooks", "baseline: AppArmor",
		"baseline: SELinux", "baseline: /proc Mount Type", "baseline: Sysctls",
		"restricted: Volume Types", "restricted: Privilege Escalation", "restricted: Running as Non-root",
		"restricted: Running as Non-root user", "restricted: Seccomp", "restricted: Capabilities",
	}
}

// wanted are all of them, as a rule names its sources.
func wanted() []string {
	var all []string
	for prefix, names := range map[string][]string{
		"kube-linter ": kubeLinter(), "kube-score ": kubeScore(), "Pod Security Standards, ": podSecurityControls(),
	} {
		for _, name := range names {
			all = append(all, prefix+name)
		}
	}
	slices.Sort(all)
	return all
}

func TestTheListsAreWhole(t *testing.T) {
	assert.Len(t, kubeLinter(), 31)
	assert.Len(t, kubeScore(), 39)
	assert.Len(t, podSecurityControls(), 10+6)
	assert.Equal(t, wanted(), slices.Compact(wanted()), "one is listed twice")
}

// Every check and control is a rule's source, or it is said why not.
func TestEverySourceIsCovered(t *testing.T) {
	covered := map[string]bool{}
	for _, r := range rules.All() {
		for _, source := range r.Sources {
			covered[source] = true
		}
	}
	for _, absent := range rules.NotCovered() {
		assert.NotEmpty(t, absent.Why, absent.Source)
		assert.Contains(t, wanted(), absent.Source, "nobody asks for it")
		covered[absent.Source] = true
	}
	for _, source := range wanted() {
		assert.True(t, covered[source], "%s: no rule has it as a source, and NotCovered does not say why", source)
	}
	for source := range covered {
		if strings.HasPrefix(source, "kube-score ") {
			assert.Contains(t, wanted(), source, "there is no such check")
		}
	}
}
