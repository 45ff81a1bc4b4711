package rules

import "github.com/tripsage/infrastructure/policy/rule"

func runAsUser() rule.Rule {
	return rule.Rule{
		ID:       "run-as-user",
		Title:    "No pod or container asks for user 0",
		Severity: rule.High,
		Reason:   "User 0 is root. With runAsNonRoot the container does not even start.",
		Fix:      "Set securityContext.runAsUser to the number of the user that the image is made for.",
		Sources: []string{
			"Pod Security Standards, restricted: Running as Non-root user", "kube-linter run-as-non-root",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range parts(pod) {
				if user := one.context.At("runAsUser"); isNumber(user, 0) {
					says("%s: %s is 0, which is root", one.name, user.Path())
				}
			}
		}),
	}
}

// isNumber says that the value is known to be that number.
func isNumber(v rule.Value, number float64) bool {
	found, ok := v.Number()
	return ok && found == number
}
