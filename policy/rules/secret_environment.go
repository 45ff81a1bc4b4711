package rules

import "github.com/tripsage/infrastructure/policy/rule"

func secretEnvironment() rule.Rule {
	return rule.Rule{
		ID:       "secret-environment",
		Title:    "Containers read secrets from files, not from the environment",
		Severity: rule.Medium,
		Reason: "Every child process inherits the environment, and crash reports and debug pages print it. A file can be closed to " +
			"other users, and is renewed while the container runs.",
		Fix:     "Mount the Secret as a volume and give the program the path, for instance DATABASE_URL_FILE.",
		Sources: []string{"kube-linter read-secret-from-env-var", "CIS Kubernetes Benchmark 5.4.1"},
		Check: func(c *rule.Context, r rule.Resource) {
			judge := func(name string, process rule.Value) {
				for _, one := range process.At("env").Items() {
					if from := one.At("valueFrom", "secretKeyRef"); from.Known() {
						c.Violation(r, "container %s: %s comes from %s %s", name, one.At("name").Show(), from.Path(), from.At("name").Show())
					}
				}
				for _, one := range process.At("envFrom").Items() {
					if from := one.At("secretRef"); from.Known() {
						c.Violation(r, "container %s: %s is %s", name, from.Path(), from.At("name").Show())
					}
				}
			}
			pod, _ := r.Pod()
			for _, container := range pod.Containers() {
				judge(container.Name(), container.Value)
			}
			if r.Is("dragonflydb.io", "Dragonfly") {
				judge("dragonfly", r.At("spec"))
			}
		},
	}
}
