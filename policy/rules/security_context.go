package rules

import "github.com/tripsage/infrastructure/policy/rule"

// report says what is wrong with the resource that is judged.
type report func(format string, args ...any)

// judgePods is the Check of a rule about pods.
func judgePods(check func(c *rule.Context, pod rule.Pod, says report)) func(*rule.Context, rule.Resource) {
	return func(c *rule.Context, r rule.Resource) {
		if pod, ok := r.Pod(); ok {
			check(c, pod, func(format string, args ...any) { c.Violation(r, format, args...) })
		}
	}
}

// part is the pod itself or one of its containers, with its security context.
type part struct {
	name    string
	context rule.Value
}

// parts are the pod and all its containers.
func parts(pod rule.Pod) []part {
	all := []part{{name: "the pod", context: pod.Spec.At("securityContext")}}
	for _, container := range pod.Containers() {
		all = append(all, part{name: "container " + container.Name(), context: container.At("securityContext")})
	}
	return all
}

// inherited judges a field of security contexts that a container has from its
// pod when it says nothing itself: everywhere it must be good, and each
// container must have one. fault is the wrong value in a field that is there.
func inherited(pod rule.Pod, says report, field string, fault func(rule.Value) (rule.Value, bool)) {
	all := parts(pod)
	none := all[0].context.At(field).Missing()
	for i, one := range all {
		own := one.context.At(field)
		if own.Missing() {
			if i > 0 && none {
				says("%s: %s is missing", one.name, own.Path())
			}
			continue
		}
		if wrong, bad := fault(own); bad {
			says("%s: %s is %s", one.name, wrong.Path(), wrong.Show())
		}
	}
}

// ofLinux says that the pod is known not to be one for Windows, where many
// fields of a security context must not be set.
func ofLinux(pod rule.Pod) bool { return pod.Spec.At("os", "name").NotText("windows") }
