package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// imagesOf are the places where an object names an image, or should: containers,
// image volumes, and what operators make pods of.
func imagesOf(r rule.Resource) []rule.Value {
	var found []rule.Value
	if r.Is("dragonflydb.io", "Dragonfly") {
		found = append(found, r.At("spec", "image"))
		for _, c := range r.At("spec", "initContainers").Items() {
			found = append(found, c.At("image"))
		}
		return found
	}
	pod, ok := r.Pod()
	if !ok {
		return nil
	}
	for _, c := range pod.Containers() {
		found = append(found, c.At("image"))
	}
	for _, volume := range pod.Spec.At("volumes").Items() {
		if image := volume.At("image"); image.IsObject() {
			found = append(found, image.At("reference"))
		}
	}
	return found
}

// imageName is a reference taken apart, with the registry that the container runtime
// takes when none is named.
type imageName struct{ repository, tag, digest string }

func parseImage(reference string) imageName {
	name, digest, _ := strings.Cut(reference, "@")
	tag := ""
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		name, tag = name[:colon], name[colon+1:]
	}
	host, rest, several := strings.Cut(name, "/")
	switch {
	case !several:
		name = "docker.io/library/" + name
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		name = "docker.io/" + host + "/" + rest
	}
	return imageName{repository: name, tag: tag, digest: digest}
}
