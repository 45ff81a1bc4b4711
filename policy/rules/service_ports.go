package rules

import (
	"fmt"

	"github.com/tripsage/infrastructure/policy/rule"
)

func servicePorts() rule.Rule {
	return rule.Rule{
		ID:       "service-ports",
		Title:    "A Service's ports have valid names and numbers of their own",
		Severity: rule.Medium,
		Reason: "The API server refuses a Service with two ports of one number or name, with a nameless one of several, or with a " +
			"targetPort that can be no container's.",
		Fix: "Give each port a number from 1 to 65535, a name, and a targetPort that is a number or the name of a container's port.",
		Sources: []string{
			"kube-linter invalid-target-ports", "Kubernetes documentation, Service: Port definitions",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			ports := r.At("spec", "ports")
			if !r.Is("", "Service") {
				return
			}
			seen := map[string]rule.Value{}
			for _, one := range ports.Items() {
				name, port := one.At("name"), one.At("port")
				if name.Empty() && len(ports.Items()) > 1 {
					c.Violation(r, "%s is %s, with several ports", name.Path(), name.Show())
				}
				if text, known := name.Text(); known && text != "" {
					twice(c, r, seen, "name "+text, name)
				}
				number, known := port.Number()
				protocol, settled := one.At("protocol").Text()
				if one.At("protocol").Missing() {
					protocol, settled = "TCP", true
				}
				switch {
				case !port.Unknown() && (!known || !isPortNumber(number)):
					c.Violation(r, "%s is %s", port.Path(), port.Show())
				case known && settled:
					twice(c, r, seen, fmt.Sprint(protocol, number), port)
				}
				target := one.At("targetPort")
				if text, isName := target.Text(); isName && !isPortName(text) {
					c.Violation(r, "%s is %s, no name of a port", target.Path(), target.Show())
				}
				if to, isNumber := target.Number(); isNumber && !isPortNumber(to) {
					c.Violation(r, "%s is %s", target.Path(), target.Show())
				}
			}
		},
	}
}
