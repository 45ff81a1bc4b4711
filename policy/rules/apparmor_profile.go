package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func appArmorProfile() rule.Rule {
	return rule.Rule{
		ID:       "apparmor-profile",
		Title:    "Nothing leaves its AppArmor profile",
		Severity: rule.High,
		Reason: "On nodes with AppArmor the runtime confines every container. Unconfined takes that away: mount, " +
			"ptrace and much of /proc are open again.",
		Fix: "Take appArmorProfile (and the old annotation) out, or set its type to RuntimeDefault or Localhost.",
		Sources: []string{
			"Pod Security Standards, baseline: AppArmor", "kubeaudit apparmor",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range parts(pod) {
				profile := one.context.At("appArmorProfile")
				kind := profile.At("type")
				if profile.Known() && kind.NotText("RuntimeDefault", "Localhost") {
					says("%s: %s is %s", one.name, kind.Path(), kind.Show())
				}
			}
			annotations := pod.Metadata.At("annotations")
			for _, name := range annotations.Keys() {
				profile, known := annotations.At(name).Text()
				if strings.HasPrefix(name, "container.apparmor.security.beta.kubernetes.io/") && known &&
					profile != "" && profile != "runtime/default" && !strings.HasPrefix(profile, "localhost/") {
					says("%s is %s", annotations.At(name).Path(), annotations.At(name).Show())
				}
			}
		}),
	}
}
