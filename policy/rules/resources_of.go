package rules

import "github.com/tripsage/infrastructure/policy/rule"

// sized is something with requests and limits.
type sized struct {
	name      string
	resources rule.Value
	// pods are the requests and limits of its pod as a whole.
	pods rule.Value
}

// resourcesOf are the requests and limits of an object's containers, and of
// those that an operator makes for it.
func resourcesOf(r rule.Resource) []sized {
	if r.Is("dragonflydb.io", "Dragonfly") {
		return []sized{{name: "dragonfly", resources: r.At("spec", "resources")}}
	}
	pod, ok := r.Pod()
	if !ok {
		return nil
	}
	var all []sized
	for _, list := range []string{"initContainers", "containers"} {
		for _, c := range pod.Spec.At(list).Items() {
			all = append(all, sized{
				name: rule.Container{Value: c}.Name(), resources: c.At("resources"), pods: pod.Spec.At("resources"),
			})
		}
	}
	return all
}
