package rules

import "github.com/tripsage/infrastructure/policy/rule"

func resourcesUnit() rule.Rule {
	return rule.Rule{
		ID:       "resources-unit",
		Title:    "Amounts have the unit that was meant",
		Severity: rule.High,
		Reason: "512m of memory is half a byte: m is a thousandth. A cpu of 250 is 250 processors. Kubernetes takes both, and the " +
			"container is killed at its start or its pod finds no node.",
		Fix:     "Write memory and storage with Mi or Gi, and parts of a processor with m.",
		Sources: []string{"Kubernetes documentation, Resource Management for Pods and Containers"},
		Parameters: []rule.Parameter{{
			Name: "processors", Description: "How many processors a container may ask for: those of the largest node.", Default: 64.0,
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			const least = 1 << 20
			for _, one := range resourcesOf(r) {
				for _, side := range []string{"requests", "limits"} {
					cpu := one.resources.At(side, "cpu")
					if amount, known := rule.Quantity(cpu); known && amount > c.Number("processors") {
						c.Violation(r, "container %s: %s is %s, %v processors", one.name, cpu.Path(), cpu.Show(), amount)
					}
					for _, name := range []string{"memory", "ephemeral-storage"} {
						value := one.resources.At(side, name)
						if amount, known := rule.Quantity(value); known && amount > 0 && amount < least {
							c.Violation(r, "container %s: %s is %s, %v bytes", one.name, value.Path(), value.Show(), amount)
						}
					}
				}
			}
		},
	}
}
