package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceAccount() rule.Rule {
	return rule.Rule{
		ID:       "service-account",
		Title:    "Each pod names a service account of its own",
		Severity: rule.Medium,
		Reason: "The account `default` is everybody's: what one workload is allowed, all pods of the namespace are, " +
			"and a policy that goes by the account cannot tell them apart.",
		Fix: "Make a ServiceAccount for the workload and name it in serviceAccountName (serviceAccount is the field's " +
			"old name).",
		Sources: []string{
			"kube-linter default-service-account", "kube-linter deprecated-service-account-field",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			name, old := pod.Spec.At("serviceAccountName"), pod.Spec.At("serviceAccount")
			switch {
			case name.Unknown() || old.Unknown():
			case name.Empty() && !old.Empty():
				says("%s is %s under the field's old name", old.Path(), old.Show())
			case name.Empty() || name.IsText("default"):
				says("%s is %s", name.Path(), name.Show())
			case !old.Empty() && old.NotText(name.String()):
				says("%s is %s, but %s is %s", old.Path(), old.Show(), name.Path(), name.Show())
			}
		}),
	}
}
