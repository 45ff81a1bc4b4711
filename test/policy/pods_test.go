package policytest

import "fmt"

// workloads are the objects that make pods which we see.
func workloads() filter { return ofKind("Deployment", "StatefulSet", "Job") }

// lasting are those whose pods are to run for ever.
func lasting() filter { return ofKind("Deployment", "StatefulSet") }

// template is that of a workload's pods.
func template(r *thing) object {
	found, _ := at(r.Properties, "spec.template").(object)
	return found
}

// podSpec is the only place of a workload that is about the pod.
func podSpec(r *thing) (labels []string, found []object) {
	if spec, ok := at(template(r), "spec").(object); ok {
		return []string{"pod"}, []object{spec}
	}
	return nil, nil
}

// podTemplate is the only place of a workload with the pod and its metadata.
func podTemplate(r *thing) (labels []string, found []object) {
	if found := template(r); found != nil {
		return []string{"pod"}, []object{found}
	}
	return nil, nil
}

// podMeta is the place with the pod's labels and annotations.
func podMeta(r *thing) (labels []string, found []object) {
	if meta, ok := at(template(r), "metadata").(object); ok {
		return []string{"pod"}, []object{meta}
	}
	return nil, nil
}

// containers are the places of a workload's containers.
func containers(r *thing) (labels []string, found []object) {
	for _, list := range []string{"spec.initContainers", "spec.containers"} {
		for _, c := range objects(template(r), list) {
			labels, found = append(labels, fmt.Sprint(c["name"])), append(found, c)
		}
	}
	return labels, found
}

// inContainers changes a container of any workload, inPods a pod.
func inContainers(name, source string, do func(c object) bool) operator {
	return inEach(name, source, workloads(), containers, do)
}

func inPods(name, source string, do func(pod object) bool) operator {
	return inEach(name, source, workloads(), podSpec, do)
}

// onPodAndContainers changes a field of the security contexts of the pod and of
// all its containers: what is left on one of them would be enough.
func onPodAndContainers(name, source string, do func(context object)) operator {
	return inPods(name, source, func(pod object) bool {
		for _, place := range append(objects(pod, "initContainers"), append(objects(pod, "containers"), pod)...) {
			do(within(place, "securityContext"))
		}
		return true
	})
}
