package rules

import "github.com/tripsage/infrastructure/policy/rule"

func sysctls() rule.Rule {
	safe := []string{
		"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
		"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
		"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
		"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
	}
	return rule.Rule{
		ID:       "sysctls",
		Title:    "Pods set safe kernel parameters only",
		Severity: rule.High,
		Reason:   "Most parameters are the whole node's, or can be set so that other pods starve.",
		Fix:      "Take the parameter out of securityContext.sysctls; set what the node needs on the node.",
		Sources:  []string{"Pod Security Standards, baseline: Sysctls", "kube-linter unsafe-sysctls"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range pod.Spec.At("securityContext", "sysctls").Items() {
				if name := one.At("name"); name.NotText(safe...) {
					says("%s is %s, none of the safe ones", name.Path(), name.Show())
				}
			}
		}),
	}
}
