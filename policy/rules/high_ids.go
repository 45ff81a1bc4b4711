package rules

import (
	"slices"
	"strconv"

	"github.com/tripsage/infrastructure/policy/rule"
)

func highIDs() rule.Rule {
	return rule.Rule{
		ID:       "high-ids",
		Title:    "Containers run under numbers of users and groups that the node does not use",
		Severity: rule.Low,
		Reason: "Without user namespaces the numbers are the node's, too: a process that leaves its container " +
			"has the rights of whoever has that number there. Low ones are taken by the system and by people.",
		Fix:     "Set securityContext.runAsUser and runAsGroup to numbers of at least the minimum.",
		Sources: []string{"kube-score container-security-context-user-group-id"},
		Parameters: []rule.Parameter{{
			Name: "minimum", Description: "the lowest number that is high enough", Default: 10000.0,
		}, {
			Name:        "accepted",
			Description: "lower numbers that are in order, because the upstream image is made for them",
			Default:     []string{},
		}},
		Check: judgePods(func(c *rule.Context, pod rule.Pod, says report) {
			if !ofLinux(pod) {
				return
			}
			said := map[string]bool{} // what several containers have from their pod is one fault
			for _, container := range pod.Containers() {
				for _, field := range []string{"runAsUser", "runAsGroup"} {
					id := pod.Security(container, field)
					if fault := lowID(c, id); fault != "" && !said[id.Path()] {
						said[id.Path()] = true
						says("container %s: %s %s", container.Name(), id.Path(), fault)
					}
				}
			}
		}),
	}
}

// lowID says what is wrong with the number of a user or a group. Root's is
// judged by other rules.
func lowID(c *rule.Context, id rule.Value) string {
	number, ok := id.Number()
	minimum := c.Number("minimum")
	switch {
	case id.Missing():
		return "is missing, so the image decides"
	case !ok, number == 0, number >= minimum:
		return ""
	case slices.Contains(c.Texts("accepted"), decimal(number)):
		return ""
	default:
		return "is " + id.Show() + ", less than " + decimal(minimum)
	}
}

func decimal(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }
