package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

// configReference is a place that names an object whose contents a pod needs.
type configReference struct {
	kind string
	// name is the object's; keys are those of its entries that are asked for.
	name rule.Value
	keys []rule.Value
	// optional says that the pod starts without it.
	optional bool
}

// configReferences are those of the pods that the resource makes.
func configReferences(r rule.Resource) []configReference {
	if r.Is(dragonflyDB, "Dragonfly") {
		return append(dragonflyReferences(r.At("spec")), pullSecrets(r.At("spec"))...)
	}
	pod, ok := r.Pod()
	if !ok {
		return nil
	}
	all := pullSecrets(pod.Spec)
	for _, container := range pod.Containers() {
		all = append(all, environmentReferences(container.Value)...)
	}
	for _, volume := range pod.Spec.At("volumes").Items() {
		all = append(all, volumeReferences(volume)...)
	}
	return all
}

func needs(kind string, name, at rule.Value, keys ...rule.Value) configReference {
	return configReference{kind: kind, name: name, keys: keys, optional: !at.At("optional").NotTrue()}
}

func pullSecrets(spec rule.Value) []configReference {
	var all []configReference
	for _, item := range spec.At("imagePullSecrets").Items() {
		all = append(all, needs("Secret", item.At("name"), item))
	}
	return all
}

func dragonflyReferences(spec rule.Value) []configReference {
	var all []configReference
	for _, v := range []rule.Value{
		spec.At("aclFromSecret"), spec.At("authentication", "passwordFromSecret"),
		spec.At("authentication", "clientCaCertSecret"), spec.At("tlsSecretRef"),
	} {
		if !v.Missing() {
			all = append(all, needs("Secret", v.At("name"), v, v.At("key")))
		}
	}
	return append(all, environmentReferences(spec)...)
}

func environmentReferences(container rule.Value) []configReference {
	var all []configReference
	for _, item := range container.At("env").Items() {
		from := item.At("valueFrom")
		if v := from.At("configMapKeyRef"); v.Known() {
			all = append(all, needs("ConfigMap", v.At("name"), v, v.At("key")))
		}
		if v := from.At("secretKeyRef"); v.Known() {
			all = append(all, needs("Secret", v.At("name"), v, v.At("key")))
		}
	}
	for _, item := range container.At("envFrom").Items() {
		if v := item.At("configMapRef"); v.Known() {
			all = append(all, needs("ConfigMap", v.At("name"), v))
		}
		if v := item.At("secretRef"); v.Known() {
			all = append(all, needs("Secret", v.At("name"), v))
		}
	}
	return all
}

func volumeReferences(volume rule.Value) []configReference {
	var all []configReference
	if v := volume.At("secret"); v.Known() {
		all = append(all, needs("Secret", v.At("secretName"), v, keysOf(v)...))
	}
	if v := volume.At("persistentVolumeClaim"); v.Known() {
		all = append(all, needs("PersistentVolumeClaim", v.At("claimName"), v))
	}
	for _, source := range append(volume.At("projected", "sources").Items(), volume) {
		if v := source.At("configMap"); v.Known() {
			all = append(all, needs("ConfigMap", v.At("name"), v, keysOf(v)...))
		}
		if v := source.At("secret"); v.Known() && !v.At("name").Missing() {
			all = append(all, needs("Secret", v.At("name"), v, keysOf(v)...))
		}
	}
	return all
}

func keysOf(source rule.Value) []rule.Value {
	var keys []rule.Value
	for _, item := range source.At("items").Items() {
		keys = append(keys, item.At("key"))
	}
	return keys
}

// config looks for a ConfigMap, Secret or claim. The resource is there only for
// one whose contents the stack writes.
func (v stackView) config(kind, namespace, name string) (r rule.Resource, answer rule.Answer) {
	r, answer = v.find(objectID{"", kind, namespace, name})
	if answer == rule.Yes || kind == "PersistentVolumeClaim" {
		return r, answer
	}
	if kind == "ConfigMap" {
		if slices.Contains([]string{"kube-root-ca.crt", "istio-ca-root-cert"}, name) { // in every namespace
			return r, rule.Maybe
		}
		return r, answer
	}
	for _, maker := range []struct {
		group, kind string
		name        []string
	}{
		{"cert-manager.io", "Certificate", []string{"spec", "secretName"}},
		{"external-secrets.io", "ExternalSecret", []string{"spec", "target", "name"}},
		{"bitnami.com", "SealedSecret", []string{"metadata", "name"}},
	} {
		answer = max(answer, min(rule.Maybe, v.has(maker.group, maker.kind, namespace, func(r rule.Resource) rule.Answer {
			made := r.At(maker.name...)
			if made.Missing() {
				made = r.ObjectName()
			}
			return contains([]string{made.String()}, name, !made.Unknown())
		})))
	}
	return r, answer
}

// hasEntry says whether the ConfigMap or Secret has the key.
func hasEntry(r rule.Resource, key string) rule.Answer {
	best := rule.No
	for _, field := range []string{"data", "stringData", "binaryData"} {
		entries := r.At(field)
		if entries.Unknown() {
			best = rule.Maybe
		}
		best = max(best, contains(entries.Keys(), key, true))
	}
	return best
}
