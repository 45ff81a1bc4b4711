package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func hostPaths() rule.Rule {
	return rule.Rule{
		ID:       "host-paths",
		Title:    "No pod mounts files of its node",
		Severity: rule.Critical,
		Reason: "What is on the node belongs to the node and to its other pods. The socket of the container runtime " +
			"is as good as root on the node; so is a system directory that can be written to.",
		Fix: "Use an emptyDir, a PersistentVolumeClaim, a ConfigMap or a Secret. A program that must read the node's " +
			"files (a collector of logs, say) has its path in the parameter and mounts it readOnly.",
		Sources: []string{
			"Pod Security Standards, baseline: HostPath Volumes", "kube-linter docker-sock",
			"kube-linter sensitive-host-mounts", "kube-linter writable-host-mount",
		},
		Parameters: []rule.Parameter{{
			Name: "allowed", Description: "paths of the node that pods may mount readOnly", Default: []string{},
		}},
		Check: judgePods(func(c *rule.Context, pod rule.Pod, says report) {
			for _, volume := range pod.Spec.At("volumes").Items() {
				mounted := volume.At("hostPath")
				if !mounted.Known() {
					continue
				}
				where := mounted.At("path")
				switch allowed := c.Texts("allowed"); {
				case len(allowed) == 0 || where.NotText(allowed...):
					says("volume %s: %s is %s%s", volume.At("name").Show(), where.Path(), where.Show(), ofTheNode(where))
				case where.Known():
					readOnly(pod, volume.At("name"), says)
				}
			}
		}),
	}
}

// readOnly reports mounts of the volume that can be written to.
func readOnly(pod rule.Pod, volume rule.Value, says report) {
	name, _ := volume.Text()
	for _, container := range pod.Containers() {
		for _, mount := range container.At("volumeMounts").Items() {
			if own := mount.At("readOnly"); mount.At("name").IsText(name) && own.NotTrue() {
				says("container %s: %s is %s for a path of the node", container.Name(), own.Path(), own.Show())
			}
		}
	}
}

// ofTheNode says what is special about a path of the node.
func ofTheNode(v rule.Value) string {
	text, ok := v.Text()
	if !ok || v.Secret() {
		return ""
	}
	where := path.Clean("/" + text)
	if slices.ContainsFunc([]string{"docker", "containerd", "crio", "cri-dockerd"}, func(runtime string) bool {
		return strings.HasSuffix(where, "/"+runtime+".sock")
	}) {
		return ", the socket of the container runtime"
	}
	top := "/" + strings.Split(where, "/")[1]
	if slices.Contains([]string{"/", "/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/sys", "/usr"}, top) {
		return ", in a system directory"
	}
	return ""
}
