package rules

import "github.com/tripsage/infrastructure/policy/rule"

func volumeMounts() rule.Rule {
	return rule.Rule{
		ID:       "volume-mounts",
		Title:    "Volumes and mounts belong together",
		Severity: rule.Medium,
		Reason: "A mount of a volume that is not there, or two volumes of one name, stop the update half-way; a volume that nobody " +
			"mounts is a secret or a setting that the program does not find.",
		Fix:     "Let each volumeMount name a volume of the pod (or a volumeClaimTemplate), once for each path, and remove volumes without a mount.",
		Sources: []string{"Kubernetes documentation, Volumes"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			lists := []rule.Value{pod.Spec.At("volumes")}
			if r.Is("apps", "StatefulSet") {
				lists = append(lists, r.At("spec", "volumeClaimTemplates"))
			}
			volumes, settled := volumeNames(c, r, lists)
			used := map[string]bool{}
			for _, container := range pod.Containers() {
				paths := map[string]bool{}
				for _, list := range []string{"volumeMounts", "volumeDevices"} {
					for _, mount := range container.At(list).Items() {
						name, path := mount.At("name"), mount.At("mountPath")
						text, known := name.Text()
						if _, there := volumes[text]; known && !there && settled {
							c.Violation(r, "container %s: %s is %s, and there is no such volume", container.Name(), name.Path(), name.Show())
						}
						used[text] = true
						if where, known := path.Text(); known && paths[where] {
							c.Violation(r, "container %s: %s is %s, where something else is mounted", container.Name(), path.Path(), path.Show())
						}
						paths[path.String()] = true
					}
					settled = settled && container.At(list).Settled()
				}
			}
			settled = settled && pod.Spec.At("containers").Settled() && pod.Spec.At("initContainers").Settled()
			for _, list := range lists {
				for _, volume := range list.Items() {
					if name, known := volumeName(volume).Text(); known && !used[name] && settled {
						c.Violation(r, "no container mounts %s %s", volume.Path(), volumeName(volume).Show())
					}
				}
			}
		}),
	}
}

// volumeName is that of a volume, or of the template of a claim.
func volumeName(volume rule.Value) rule.Value {
	if name := volume.At("name"); !name.Missing() {
		return name
	}
	return volume.At("metadata", "name")
}

// volumeNames are the names of all volumes; settled says that there are no others.
func volumeNames(c *rule.Context, r rule.Resource, lists []rule.Value) (names map[string]bool, settled bool) {
	names, settled = map[string]bool{}, true
	for _, list := range lists {
		settled = settled && !list.Unknown()
		for _, volume := range list.Items() {
			name := volumeName(volume)
			text, known := name.Text()
			settled = settled && known
			if known && names[text] {
				c.Violation(r, "%s is %s, the name of another volume", name.Path(), name.Show())
			}
			names[text] = true
		}
	}
	return names, settled
}
