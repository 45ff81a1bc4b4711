package rules

import (
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func namespacePodSecurity() rule.Rule {
	const label = "pod-security.kubernetes.io/enforce"
	return rule.Rule{
		ID:       "namespace-pod-security",
		Title:    "Namespaces enforce the restricted Pod Security Standard",
		Severity: rule.High,
		Reason: "This pack sees what this stack declares. Pods that operators, sidecar injectors or people make are " +
			"judged by the API server alone, by the label of their namespace.",
		Fix: "Label the namespace pod-security.kubernetes.io/enforce=restricted, with an enforce-version of at least " +
			"the oldest one that the parameter allows, or without a version.",
		Sources: []string{"Kubernetes, Pod Security Admission: labels for namespaces"},
		Parameters: []rule.Parameter{{
			Name: "oldest", Description: "the oldest version of the standard that a namespace may pin", Default: "v1.34",
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("", "Namespace") {
				return
			}
			labels := r.At("metadata", "labels")
			if enforced := labels.At(label); enforced.NotText("restricted") {
				c.Violation(r, "%s is %s", enforced.Path(), enforced.Show())
			}
			version := labels.At(label + "-version")
			if text, ok := version.Text(); ok && text != "latest" && minor(text) < minor(c.Text("oldest")) {
				c.Violation(r, "%s is %s, older than %s", version.Path(), version.Show(), c.Text("oldest"))
			}
		},
	}
}

// minor is the number y of a version v1.y, and -1 of anything else.
func minor(version string) int {
	text, found := strings.CutPrefix(version, "v1.")
	number, err := strconv.Atoi(text)
	if !found || err != nil {
		return -1
	}
	return number
}
