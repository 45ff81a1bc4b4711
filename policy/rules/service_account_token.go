package rules

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

func serviceAccountToken() rule.Rule {
	const field = "automountServiceAccountToken"
	return rule.Rule{
		ID:       "service-account-token",
		Title:    "No pod is given a token for the Kubernetes API that it does not use",
		Severity: rule.Medium,
		Reason:   "Who reads a file in the container can talk to the API as the pod's service account.",
		Fix: "Set automountServiceAccountToken to false on the pod and on its service account: what one of them does " +
			"not say, the other decides. A pod that talks to the API has an exemption.",
		Sources: []string{"kubeaudit asat", "CIS Kubernetes Benchmark 5.1.6"},
		Check: func(c *rule.Context, r rule.Resource) {
			own := r.At(field)
			if pod, ok := r.Pod(); ok {
				own = pod.Spec.At(field)
			} else if !r.Is("", "ServiceAccount") {
				return
			}
			if own.NotFalse() {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		},
		Remedy: func(r rule.Resource) (property.Map, bool) {
			if pod, ok := r.Pod(); ok && pod.Spec.At(field).Missing() {
				return rule.SetInPod(r, property.New(false), field)
			}
			root, _ := r.Properties.Raw()
			if !r.Is("", "ServiceAccount") || !r.At(field).Missing() || !r.Properties.IsObject() {
				return property.Map{}, false
			}
			return rule.Set(root.AsMap(), property.New(false), field)
		},
	}
}
