package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func volumeTypes() rule.Rule {
	allowed := []string{
		"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
	}
	return rule.Rule{
		ID:       "volume-types",
		Title:    "Pods have volumes of safe types only",
		Severity: rule.High,
		Reason:   "The other types let a pod reach storage past its namespace's claims, with the node's rights.",
		Fix:      "Use a PersistentVolumeClaim, whose volume an administrator has made, or a CSI volume.",
		Sources:  []string{"Pod Security Standards, restricted: Volume Types"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, volume := range pod.Spec.At("volumes").Items() {
				for _, kind := range volume.Keys() {
					// Paths of the node have a rule of their own. A volume of no
					// type at all is an emptyDir.
					if kind == "name" || kind == "hostPath" || slices.Contains(allowed, kind) {
						continue
					}
					if source := volume.At(kind); source.Known() {
						says("volume %s: %s is none of the safe types", volume.At("name").Show(), source.Path())
					}
				}
			}
		}),
	}
}
