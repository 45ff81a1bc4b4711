package policytest

import (
	"fmt"
	"slices"
	"strings"
)

const (
	pss       = "Pod Security Standards, "
	linter    = "kube-linter "
	score     = "kube-score "
	ownClaim  = "issue 5: "
	guide     = "deployment guide, "
	somewhere = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

// podOperators break what the Pod Security Standards ask for.
func podOperators() []operator {
	return slices.Concat(privilegeOperators(), namespaceOperators(), volumeOperators(), tokenOperators())
}

func privilegeOperators() []operator {
	all := []operator{
		inContainers("privileged", pss+"baseline: Privileged Containers", putsHere("securityContext.privileged", true)),
		inContainers("privileged-all-the-way", pss+"baseline: Privileged Containers", func(c object) bool {
			return put(c, "securityContext.privileged", true) && put(c, "securityContext.allowPrivilegeEscalation", true)
		}),
		inContainers("escalation-allowed", pss+"restricted: Privilege Escalation",
			putsHere("securityContext.allowPrivilegeEscalation", true)),
		inContainers("escalation-unset", pss+"restricted: Privilege Escalation",
			dropsHere("securityContext.allowPrivilegeEscalation")),
		inContainers("capabilities-kept", pss+"restricted: Capabilities", dropsHere("securityContext.capabilities")),
		inContainers("capabilities-drop-one", pss+"restricted: Capabilities",
			putsHere("securityContext.capabilities.drop", []any{"NET_RAW"})),
		inContainers("capabilities-drop-none", pss+"restricted: Capabilities",
			putsHere("securityContext.capabilities.drop", []any{})),
		inContainers("no-security-context", pss+"restricted", dropsHere("securityContext")),
		inContainers("root-by-flag", pss+"restricted: Running as Non-root", putsHere("securityContext.runAsNonRoot", false)),
		inContainers("root-by-user", pss+"restricted: Running as Non-root user", putsHere("securityContext.runAsUser", 0)),
		onPodAndContainers("non-root-unset", linter+"run-as-non-root", func(context object) { drop(context, "runAsNonRoot") }),
		onPodAndContainers("root-everywhere", pss+"restricted: Running as Non-root user", func(context object) {
			put(context, "runAsUser", 0.0)
			put(context, "runAsNonRoot", false)
		}),
		inContainers("low-user", score+"container-security-context-user-group-id", func(c object) bool {
			return put(c, "securityContext.runAsUser", 0.0) && put(c, "securityContext.runAsGroup", 0.0)
		}),
		onPodAndContainers("seccomp-unset", pss+"restricted: Seccomp", func(context object) { drop(context, "seccompProfile") }),
		inContainers("seccomp-unconfined", pss+"baseline: Seccomp", putsHere("securityContext.seccompProfile.type", "Unconfined")),
		inPods("pod-seccomp-unconfined", pss+"baseline: Seccomp", func(pod object) bool {
			for _, c := range append(objects(pod, "containers"), objects(pod, "initContainers")...) {
				drop(c, "securityContext.seccompProfile")
			}
			return put(pod, "securityContext.seccompProfile.type", "Unconfined")
		}),
		inContainers("proc-unmasked", pss+"baseline: /proc Mount Type", putsHere("securityContext.procMount", "Unmasked")),
		inContainers("selinux-type", pss+"baseline: SELinux", putsHere("securityContext.seLinuxOptions.type", "spc_t")),
		inPods("pod-selinux-user", pss+"baseline: SELinux", putsHere("securityContext.seLinuxOptions.user", "system_u")),
		inContainers("apparmor-unconfined", pss+"baseline: AppArmor", putsHere("securityContext.appArmorProfile.type", "Unconfined")),
		inPods("pod-apparmor-unconfined", pss+"baseline: AppArmor", putsHere("securityContext.appArmorProfile.type", "Unconfined")),
		inEach("apparmor-annotation", pss+"baseline: AppArmor", workloads(), podTemplate, func(template object) bool {
			for _, c := range objects(template, "spec.containers") {
				within(template, "metadata.annotations")["container.apparmor.security.beta.kubernetes.io/"+fmt.Sprint(c["name"])] = "unconfined"
			}
			return true
		}),
		inContainers("windows-host-process", pss+"baseline: HostProcess",
			putsHere("securityContext.windowsOptions.hostProcess", true)),
		inPods("proc-unmasked-with-users", pss+"baseline: /proc Mount Type", func(pod object) bool {
			put(objects(pod, "containers")[0], "securityContext.procMount", "Unmasked")
			return put(pod, "hostUsers", false)
		}),
		inPods("windows-host-network", pss+"baseline: HostProcess", func(pod object) bool {
			put(pod, "hostNetwork", true)
			return put(pod, "securityContext.windowsOptions.hostProcess", true)
		}),
		inPods("pod-windows-host-process", pss+"baseline: HostProcess",
			putsHere("securityContext.windowsOptions.hostProcess", true)),
		inContainers("writable-root", linter+"no-read-only-root-fs", putsHere("securityContext.readOnlyRootFilesystem", false)),
		inContainers("root-filesystem-unset", score+"container-security-context-readonlyrootfilesystem",
			dropsHere("securityContext.readOnlyRootFilesystem")),
	}
	for _, capability := range []string{"SYS_ADMIN", "NET_ADMIN", "NET_RAW", "ALL"} {
		all = append(all, inContainers("capability-"+capability, pss+"baseline: Capabilities",
			putsHere("securityContext.capabilities.add", []any{capability})))
	}
	return append(all, extraContainers()...)
}

// extraContainers are careless containers beside careful ones.
func extraContainers() []operator {
	careless := func() object {
		return object{"name": "debug", "image": "busybox"}
	}
	privileged := func() object {
		c := careless()
		c["securityContext"] = object{"privileged": true}
		return c
	}
	return []operator{
		inPods("careless-init-container", pss+"restricted", func(pod object) bool { return add(pod, "initContainers", careless()) }),
		inPods("careless-sidecar", pss+"restricted", func(pod object) bool { return add(pod, "containers", careless()) }),
		inPods("privileged-init-container", linter+"privileged-container", func(pod object) bool {
			return add(pod, "initContainers", privileged())
		}),
		inPods("privileged-ephemeral-container", pss+"baseline: Privileged Containers", func(pod object) bool {
			return add(pod, "ephemeralContainers", privileged())
		}),
	}
}

func namespaceOperators() []operator {
	return []operator{
		inPods("host-network", linter+"host-network", putsHere("hostNetwork", true)),
		inPods("host-pid", linter+"host-pid", putsHere("hostPID", true)),
		inPods("host-ipc", linter+"host-ipc", putsHere("hostIPC", true)),
		inContainers("host-port", pss+"baseline: Host Ports", func(c object) bool {
			return add(c, "ports", object{"name": "host", "containerPort": 8443.0, "hostPort": 8443.0})
		}),
		inContainers("probe-elsewhere", pss+"baseline: Host Probes / Lifecycle Hooks", func(c object) bool {
			return put(c, "livenessProbe", object{"httpGet": object{"host": "169.254.169.254", "path": "/", "port": 80.0}})
		}),
		inContainers("hook-elsewhere", pss+"baseline: Host Probes / Lifecycle Hooks", func(c object) bool {
			return put(c, "lifecycle.postStart", object{"httpGet": object{"host": "10.0.0.1", "path": "/", "port": 80.0}})
		}),
		inPods("sysctl", linter+"unsafe-sysctls", putsHere("securityContext.sysctls",
			[]any{object{"name": "kernel.msgmax", "value": "65536"}})),
		inPods("sysctl-net", pss+"baseline: Sysctls", putsHere("securityContext.sysctls",
			[]any{object{"name": "net.core.somaxconn", "value": "1024"}})),
		inContainers("ssh-port", linter+"ssh-port", func(c object) bool {
			return add(c, "ports", object{"name": "ssh", "containerPort": 22.0, "protocol": "TCP"})
		}),
	}
}

func volumeOperators() []operator {
	var all []operator
	for name, path := range map[string]string{
		"root": "/", "etc": "/etc", "proc": "/proc", "docker-sock": "/var/run/docker.sock", "harmless": "/srv/data",
	} {
		all = append(all, inPods("host-path-"+name, linter+"sensitive-host-mounts", func(pod object) bool {
			for _, c := range objects(pod, "containers") {
				add(c, "volumeMounts", object{"name": "host", "mountPath": "/host"})
			}
			return add(pod, "volumes", object{"name": "host", "hostPath": object{"path": path}})
		}))
	}
	for name, source := range map[string]object{
		"nfs":   {"nfs": object{"server": "10.0.0.1", "path": "/"}},
		"iscsi": {"iscsi": object{"targetPortal": "10.0.0.1", "iqn": "iqn.2001-04.com.example:storage", "lun": 0.0}},
		"flex":  {"flexVolume": object{"driver": "example/driver"}},
	} {
		all = append(all, inPods("volume-"+name, pss+"restricted: Volume Types", func(pod object) bool {
			volume := clone(source).(object)
			volume["name"] = "outside"
			return add(pod, "volumes", volume)
		}))
	}
	slices.SortFunc(all, func(a, b operator) int { return strings.Compare(a.name, b.name) })
	return all
}

func tokenOperators() []operator {
	return []operator{
		inPods("token-mounted", "CIS Kubernetes Benchmark 5.1.6", putsHere("automountServiceAccountToken", true)),
		// The account says no already, so the pod need not.
		inStack("token-mounted-by-account", "CIS Kubernetes Benchmark 5.1.6", workloads(), func(r *thing, _ stack) bool {
			return drop(template(r), "spec.automountServiceAccountToken") && drop(template(r), "spec.serviceAccountName")
		}),
		each("account-gives-token", "CIS Kubernetes Benchmark 5.1.6", ofKind("ServiceAccount"), puts("automountServiceAccountToken", true)),
		inPods("default-account", linter+"default-service-account", putsHere("serviceAccountName", "default")),
		inPods("account-missing", linter+"non-existent-service-account", putsHere("serviceAccountName", "nobody-made-this")),
		without("account-removed", linter+"non-existent-service-account", ofKind("ServiceAccount")),
		inPods("deprecated-account-field", linter+"deprecated-service-account-field", func(pod object) bool {
			return put(pod, "serviceAccount", "other")
		}),
	}
}
