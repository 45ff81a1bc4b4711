package rule

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Group is pods of a stack that are alike: those of one workload, or those that
// an operator makes for a resource of the stack.
type Group struct {
	// Owner is the resource that has them made.
	Owner Resource
	// Labels are the pods' labels. Those that Kubernetes adds are there, unknown.
	Labels Value
	// Ports are those that the containers declare; Settled says that all of them
	// are known, and that there are no others.
	Ports   []Port
	Settled bool
	// Lasting says that they are to run until they are told to stop.
	Lasting bool
}

// Port is a port that a container declares. What it does not know of itself is
// "" or 0.
type Port struct {
	Name     string
	Number   float64
	Protocol string
}

// Groups are the pods of the stack: of its workloads, of the Dragonfly operator
// and of Flagger, which copies a Deployment under another name.
func (s Stack) Groups() []Group { return Remember(s, groupsKey{}, findGroups) }

type groupsKey struct{}

func findGroups(s Stack) []Group {
	var all []Group
	for _, r := range s.Resources {
		if pod, ok := r.Pod(); ok && !r.Is("", "PodTemplate") {
			all = append(all, Group{
				Owner: r, Labels: pod.labels(), Ports: pod.ports(), Settled: pod.portsSettled(), Lasting: pod.Lasting(),
			})
		}
	}
	for _, r := range s.Objects("dragonflydb.io", "Dragonfly") {
		all = append(all, dragonflies(r))
	}
	for _, r := range s.Objects("flagger.app", "Canary") {
		if target, ok := s.find(r, r.At("spec", "targetRef")); ok {
			all = append(all, primary(r, target))
		}
	}
	return slices.Clip(all) // it is remembered: whoever appends gets a copy
}

func (s Stack) find(from Resource, reference Value) (Resource, bool) {
	for _, r := range s.Objects("apps", reference.At("kind").String()) {
		name, known := r.ObjectName().Text()
		if known && reference.At("name").IsText(name) && SameNamespace(from, r) == Yes {
			return r, true
		}
	}
	return Resource{}, false
}

// SameNamespace says whether two objects are in one namespace.
func SameNamespace(a, b Resource) Answer {
	first, known := a.namespaceName()
	second, too := b.namespaceName()
	switch {
	case !known || !too:
		return Maybe
	case first == second:
		return Yes
	default:
		return No
	}
}

func (r Resource) namespaceName() (name string, known bool) {
	if r.Namespace().Missing() {
		return "default", true
	}
	return r.Namespace().Text()
}

// given are labels that Kubernetes puts on the pods of each kind.
func given(kind string) []string {
	return map[string][]string{
		"Deployment":  {"pod-template-hash"},
		"StatefulSet": {"controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"},
		"DaemonSet":   {"controller-revision-hash", "pod-template-generation"},
		"Job":         {"job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"},
		"CronJob":     {"job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"},
	}[kind]
}

func (p Pod) labels() Value {
	return withUnknown(p.Metadata.At("labels"), given(p.Kind)...)
}

// withUnknown adds unknown labels to known ones.
func withUnknown(labels Value, keys ...string) Value {
	if labels.Unknown() || len(keys) == 0 {
		return labels
	}
	all := map[string]property.Value{}
	if labels.IsObject() {
		maps.Copy(all, labels.v.AsMap().AsMap())
	}
	for _, key := range keys {
		if _, has := all[key]; !has {
			all[key] = property.New(property.Computed)
		}
	}
	labels.v, labels.present = property.New(property.NewMap(all)), true
	return labels
}

func (p Pod) ports() []Port {
	var all []Port
	for _, c := range p.Containers() {
		for _, item := range c.At("ports").Items() {
			number, _ := item.At("containerPort").Number()
			port := Port{Name: item.At("name").String(), Number: number, Protocol: item.At("protocol").String()}
			if item.At("protocol").Missing() {
				port.Protocol = "TCP"
			}
			all = append(all, port)
		}
	}
	return all
}

func (p Pod) portsSettled() bool {
	settled := true
	for _, name := range []string{"initContainers", "containers"} {
		list := p.Spec.At(name)
		settled = settled && !list.Unknown()
		for _, c := range list.Items() {
			settled = settled && c.At("ports").Settled()
		}
	}
	return settled
}

// dragonflies are the pods of the Dragonfly operator, which gives them labels
// and ports of its own.
func dragonflies(r Resource) Group {
	labels := map[string]property.Value{
		"app.kubernetes.io/name":    property.New("dragonfly"),
		"app.kubernetes.io/part-of": property.New("dragonfly"),
		"app":                       property.New(property.Computed),
	}
	if name, known := r.ObjectName().Text(); known {
		labels["app"] = property.New(name)
	}
	own := r.At("spec", "podMetadata", "labels")
	if own.IsObject() {
		maps.Copy(labels, own.v.AsMap().AsMap())
	}
	all := Of(property.NewMap(labels))
	all.unknown = own.Unknown()
	return Group{
		Owner: r, Labels: withUnknown(all, append(given("StatefulSet"), "role", "traffic")...), Settled: true, Lasting: true,
		Ports: []Port{{Name: "redis", Number: 6379, Protocol: "TCP"}, {Name: "admin", Number: 9999, Protocol: "TCP"}},
	}
}

// primary are the pods of the copy that Flagger makes of a Deployment and sends
// the traffic to: one of the labels that select them says so.
func primary(canary, target Resource) Group {
	pod, _ := target.Pod()
	group := Group{Owner: canary, Labels: pod.labels(), Ports: pod.ports(), Settled: pod.portsSettled(), Lasting: true}
	if !group.Labels.IsObject() {
		return group
	}
	all := maps.Clone(group.Labels.v.AsMap().AsMap())
	for _, key := range []string{"app", "name", "app.kubernetes.io/name"} {
		selected := target.At("spec", "selector", "matchLabels", key)
		if selected.Missing() {
			continue
		}
		all[key] = property.New(property.Computed)
		if name, known := selected.Text(); known {
			all[key] = property.New(name + "-primary")
		}
		break
	}
	group.Labels.v = property.New(property.NewMap(all))
	return group
}
