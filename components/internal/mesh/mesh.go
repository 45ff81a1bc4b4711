// Package mesh is what components that stay out of the service mesh share.
package mesh

// Outside returns the pod labels that keep Istio from putting a sidecar into
// the pod. Our stores need none: they speak protocols of their own, with their
// own passwords and TLS, and a sidecar in a pod that must answer before the
// mesh does, or after it, only makes its start and its end harder. Istio reads
// the label before the annotation of the same name, which is deprecated.
func Outside() map[string]string {
	return map[string]string{"sidecar.istio.io/inject": "false"}
}
