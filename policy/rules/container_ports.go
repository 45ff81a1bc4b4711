package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// portName is the form of a name that stands for a port's number: letters, at
// least one, digits and single hyphens.
var portName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func isPortName(name string) bool {
	return len(name) <= 15 && portName.MatchString(name) && strings.ContainsAny(name, "abcdefghijklmnopqrstuvwxyz")
}

func isPortNumber(number float64) bool {
	return number >= 1 && number <= 65535 && number == float64(int(number))
}

func containerPorts() rule.Rule {
	return rule.Rule{
		ID:       "container-ports",
		Title:    "A pod's ports have valid names and numbers of their own",
		Severity: rule.Medium,
		Reason: "The containers of a pod share one address: two that listen on one port cannot both start, and of two ports with " +
			"one name a Service finds only the first.",
		Fix: "Give each port a containerPort from 1 to 65535, and a name of at most 15 lower-case letters, digits and hyphens, used once in " +
			"the pod.",
		Sources: []string{"kube-linter invalid-target-ports", "kube-score container-ports-check"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			names, numbers := map[string]rule.Value{}, map[string]rule.Value{}
			for _, container := range pod.Containers() {
				for _, port := range container.At("ports").Items() {
					name, number := port.At("name"), port.At("containerPort")
					if text, known := name.Text(); known {
						if !isPortName(text) {
							c.Violation(r, "container %s: %s is %s, no valid name", container.Name(), name.Path(), name.Show())
						}
						twice(c, r, names, text, name)
					}
					count, known := number.Number()
					protocol, settled := port.At("protocol").Text()
					if port.At("protocol").Missing() {
						protocol, settled = "TCP", true
					}
					switch {
					case !number.Unknown() && (!known || !isPortNumber(count)):
						c.Violation(r, "container %s: %s is %s", container.Name(), number.Path(), number.Show())
					case known && settled:
						twice(c, r, numbers, fmt.Sprint(protocol, count), number)
					}
				}
			}
		}),
	}
}

// twice reports a value that has been there before, under its key.
func twice(c *rule.Context, r rule.Resource, seen map[string]rule.Value, key string, value rule.Value) {
	if first, there := seen[key]; there {
		c.Violation(r, "%s is %s, and so is %s", value.Path(), value.Show(), first.Path())
		return
	}
	seen[key] = value
}
