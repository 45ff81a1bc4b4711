package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func capabilities() rule.Rule {
	return rule.Rule{
		ID:       "capabilities",
		Title:    "Containers drop all capabilities and add none but NET_BIND_SERVICE",
		Severity: rule.High,
		Reason: "Capabilities are the pieces of root's power. By default a container has some, NET_RAW among them, " +
			"with which it can pretend to be another pod on the network.",
		Fix: `Set securityContext.capabilities.drop to ["ALL"] on each container, and let the program listen on a ` +
			"port above 1023.",
		Sources: []string{
			"Pod Security Standards, restricted: Capabilities", "kube-linter drop-net-raw-capability",
			"kube-linter privilege-escalation-container",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			if !ofLinux(pod) {
				return
			}
			for _, container := range pod.Containers() {
				asked := container.At("securityContext", "capabilities")
				drop := asked.At("drop")
				if drop.Settled() && !slices.Contains(drop.Texts(), "ALL") {
					says(`container %s: %s is %s; it must have "ALL"`, container.Name(), drop.Path(), drop.Show())
				}
				var added []string
				for _, one := range asked.At("add").Items() {
					if one.NotText("NET_BIND_SERVICE") {
						added = append(added, one.Show())
					}
				}
				if len(added) > 0 {
					says("container %s: %s has %s", container.Name(), asked.At("add").Path(), strings.Join(added, ", "))
				}
			}
		}),
	}
}
