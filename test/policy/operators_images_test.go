package policytest

import (
	"slices"
	"strings"
)

// workloadOperators break what keeps workloads running.
func workloadOperators() []operator {
	return slices.Concat(imageOperators(), resourceOperators(), probeOperators(), scaleOperators(), selectorOperators(), jobOperators())
}

// images changes the image of each container, and of the Dragonfly operator's
// resource.
func images(name, source string, change func(image string) string) []operator {
	do := func(place object) bool {
		image, ok := place["image"].(string)
		return ok && put(place, "image", change(image))
	}
	return []operator{
		inContainers(name, source, do),
		each("dragonfly-"+name, source, ofKind("Dragonfly"), func(r *thing) bool { return do(within(r.Properties, "spec")) }),
	}
}

func imageOperators() []operator {
	base := func(image string) string { before, _, _ := strings.Cut(image, "@"); return before }
	return slices.Concat(
		images("tag-for-digest", ownClaim+"images by digest", func(image string) string { return base(image) + ":v1.2.3" }),
		images("latest", linter+"latest-tag", func(image string) string { return base(image) + ":latest" }),
		images("no-tag", score+"container-image-tag", func(image string) string {
			return strings.TrimSuffix(base(image), ":v1.40.1")
		}),
		images("other-registry", ownClaim+"allowed registries", func(string) string { return "evil.example.com/api@" + somewhere }),
		images("docker-hub", ownClaim+"allowed registries", func(string) string { return "nginx@" + somewhere }),
		images("look-alike-registry", ownClaim+"allowed registries", func(image string) string {
			return strings.NewReplacer("ghcr.io/", "ghcr.io.example.com/", "tripsage.local/", "tripsage.local.example.com/").Replace(image)
		}),
		images("short-digest", ownClaim+"images by digest", func(image string) string { return image[:len(image)-1] }),
		images("no-image", ownClaim+"images by digest", func(string) string { return "" }),
	)
}

func resourceOperators() []operator {
	all := []operator{
		inContainers("no-resources", score+"container-resources", dropsHere("resources")),
		inContainers("no-limits", linter+"unset-memory-requirements", dropsHere("resources.limits")),
		inContainers("no-requests", linter+"unset-cpu-requirements", dropsHere("resources.requests")),
		inContainers("requests-above-limits", score+"container-resources", func(c object) bool {
			return put(c, "resources.requests.memory", "64Gi")
		}),
		inContainers("no-such-quantity", score+"container-resources", putsHere("resources.limits.memory", "much")),
		each("dragonfly-no-resources", linter+"unset-memory-requirements", ofKind("Dragonfly"), drops("spec.resources")),
		each("dragonfly-no-limits", linter+"unset-memory-requirements", ofKind("Dragonfly"), drops("spec.resources.limits")),
	}
	for name, source := range map[string]string{
		"cpu": linter + "unset-cpu-requirements", "memory": linter + "unset-memory-requirements",
		"ephemeral-storage": score + "container-ephemeral-storage-request-and-limit",
	} {
		for _, side := range []string{"requests", "limits"} {
			all = append(all, inContainers("no-"+name+"-in-"+side, source, dropsHere("resources."+side+"."+name)))
		}
	}
	slices.SortFunc(all, func(a, b operator) int { return strings.Compare(a.name, b.name) })
	return all
}

func probeOperators() []operator {
	inServers := func(name, source string, do func(object) bool) operator {
		return inEach(name, source, lasting(), containers, do)
	}
	all := []operator{
		inServers("no-probes", score+"pod-probes", func(c object) bool {
			drop(c, "startupProbe")
			return drop(c, "livenessProbe") && drop(c, "readinessProbe")
		}),
		inServers("no-readiness-probe", linter+"no-readiness-probe", dropsHere("readinessProbe")),
		inServers("no-liveness-probe", linter+"no-liveness-probe", dropsHere("livenessProbe")),
		inServers("same-probe-twice", score+"pod-probes-identical", func(c object) bool {
			return put(c, "livenessProbe", clone(c["readinessProbe"]))
		}),
	}
	for _, probe := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		source := linter + strings.TrimSuffix(probe, "Probe") + "-port"
		all = append(all,
			inServers(probe+"-of-a-missing-port", source, portOfProbe(probe, "htpp")),
			inServers(probe+"-of-a-closed-port", source, portOfProbe(probe, 8999.0)))
	}
	return all
}

func portOfProbe(probe string, port any) func(object) bool {
	return func(c object) bool {
		for _, how := range []string{"httpGet", "tcpSocket"} {
			if at(c, probe+"."+how) != nil {
				return put(c, probe+"."+how+".port", port)
			}
		}
		return false
	}
}
