package rule

// Pod is what an object says about the pods that it is or makes.
type Pod struct {
	// Metadata and Spec are the pod's own.
	Metadata, Spec Value
	// Kind is the kind of the object that makes it.
	Kind string
}

// Pod finds the pod template of a workload. ok is false for objects that make
// no pods that we can see (the Dragonfly operator's, say).
func (r Resource) Pod() (pod Pod, ok bool) {
	path, ok := r.podPath()
	if !ok {
		return Pod{}, false
	}
	at := r.At(path...)
	return Pod{Metadata: at.At("metadata"), Spec: at.At("spec"), Kind: r.Kind()}, true
}

// podPath is where the pod's metadata and spec are.
func (r Resource) podPath() (path []string, ok bool) {
	switch {
	case r.Is("", "Pod"):
		return nil, true
	case r.Is("", "PodTemplate"):
		return []string{"template"}, true
	case r.Is("apps", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
		r.Is("batch", "Job"), r.Is("", "ReplicationController"):
		return []string{"spec", "template"}, true
	case r.Is("batch", "CronJob"):
		return []string{"spec", "jobTemplate", "spec", "template"}, true
	default:
		return nil, false
	}
}

// Lasting says that the pods are to run until they are told to stop: no Job's.
func (p Pod) Lasting() bool { return p.Kind != "Job" && p.Kind != "CronJob" }

// Container is one container of a pod.
type Container struct {
	Value
	// Init says that it runs before the others (a sidecar too).
	Init bool
}

// Name is the container's name, or its place in the list when it has none.
func (c Container) Name() string {
	if name, ok := c.At("name").Text(); ok {
		return name
	}
	return c.Path()
}

// Containers are all containers that the pod is known to have: init containers
// first, ephemeral ones last.
func (p Pod) Containers() []Container {
	var all []Container
	for _, list := range []string{"initContainers", "containers", "ephemeralContainers"} {
		for _, item := range p.Spec.At(list).Items() {
			all = append(all, Container{Value: item, Init: list == "initContainers"})
		}
	}
	return all
}

// Main are the containers that serve: neither init nor ephemeral ones.
func (p Pod) Main() []Container {
	var all []Container
	for _, item := range p.Spec.At("containers").Items() {
		all = append(all, Container{Value: item})
	}
	return all
}

// Security is a field of the container's security context, or of the pod's
// when the container has none: the container's counts.
func (p Pod) Security(c Container, field ...string) Value {
	own := c.At("securityContext").At(field...)
	if !own.Missing() {
		return own
	}
	pods := p.Spec.At("securityContext").At(field...)
	if pods.Missing() {
		return own // where it should be
	}
	return pods
}
