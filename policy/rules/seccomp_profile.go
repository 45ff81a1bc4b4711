package rules

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

func seccompProfile() rule.Rule {
	return rule.Rule{
		ID:       "seccomp-profile",
		Title:    "Containers have a seccomp profile",
		Severity: rule.High,
		Reason: "Without one a process may call everything that the kernel offers, also what no ordinary program " +
			"needs and most ways out of a container begin with.",
		Fix: "Set securityContext.seccompProfile.type to RuntimeDefault on the pod, or to Localhost with a profile of " +
			"its own.",
		Sources: []string{
			"Pod Security Standards, restricted: Seccomp", "kube-score container-seccomp-profile",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			if ofLinux(pod) {
				inherited(pod, says, "seccompProfile", noSeccomp)
			}
		}),
		Remedy: mendSeccomp,
	}
}

// noSeccomp says that a profile confines nothing.
func noSeccomp(profile rule.Value) (rule.Value, bool) {
	kind := profile.At("type")
	return kind, kind.NotText("RuntimeDefault", "Localhost")
}

// mendSeccomp gives the pod the runtime's profile where nobody has said
// anything. Where somebody asked for none there is a reason to find out first.
func mendSeccomp(r rule.Resource) (property.Map, bool) {
	pod, _ := r.Pod()
	const field = "seccompProfile"
	without := 0
	for i, one := range parts(pod) {
		own := one.context.At(field)
		switch {
		case own.Missing() && i > 0:
			without++
		case own.Missing():
		case i == 0 || own.Unknown():
			return property.Map{}, false
		default:
			if _, bad := noSeccomp(own); bad {
				return property.Map{}, false
			}
		}
	}
	if without == 0 || !ofLinux(pod) {
		return property.Map{}, false
	}
	return rule.SetInPod(r, property.New("RuntimeDefault"), "securityContext", field, "type")
}
