package rules

import "github.com/tripsage/infrastructure/policy/rule"

func seLinuxOptions() rule.Rule {
	return rule.Rule{
		ID:       "selinux-options",
		Title:    "SELinux labels are those of containers",
		Severity: rule.High,
		Reason:   "With a user, a role or a type of its own a process can be one that SELinux does not confine.",
		Fix: "Take user and role out of seLinuxOptions, and type, too, or set it to container_t, container_init_t, " +
			"container_kvm_t or container_engine_t.",
		Sources: []string{"Pod Security Standards, baseline: SELinux"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range parts(pod) {
				options := one.context.At("seLinuxOptions")
				types := []string{"container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
				if kind := options.At("type"); !kind.Empty() && kind.NotText(types...) {
					says("%s: %s is %s", one.name, kind.Path(), kind.Show())
				}
				for _, field := range []string{"user", "role"} {
					if own := options.At(field); own.Known() && !own.Empty() {
						says("%s: %s is %s", one.name, own.Path(), own.Show())
					}
				}
			}
		}),
	}
}
