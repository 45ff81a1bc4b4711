package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// The API groups that several rules are about.
const (
	networkingIstio = "networking.istio.io"
	securityIstio   = "security.istio.io"
	flaggerApp      = "flagger.app"
	dragonflyDB     = "dragonflydb.io"
	monitoringCRDs  = "monitoring.coreos.com"
)

// stackView finds the objects and the pods of a stack. It answers Maybe when
// the stack has something that could be, or could make, what is looked for.
type stackView struct {
	objects map[objectID]rule.Resource
	kinds   map[objectID][]rule.Resource // by group and kind alone
	// vague are kinds with an object whose name or namespace is not known.
	vague map[objectID]bool
	// opaque says that something makes objects that the stack does not show.
	opaque bool
	// namespaces are those that objects say that they are in.
	namespaces map[string]bool
	pods       []rule.Group
}

// objectID names an object. Objects of the whole cluster are in "default", as
// are those that name no namespace.
type objectID struct{ group, kind, namespace, name string }

func (id objectID) onlyKind() objectID { return objectID{group: id.group, kind: id.kind} }

const clusterWide = "default"

func viewOf(s rule.Stack) stackView { return rule.Remember(s, viewKey{}, newView) }

type viewKey struct{}

func newView(s rule.Stack) stackView {
	v := stackView{
		objects: map[objectID]rule.Resource{}, kinds: map[objectID][]rule.Resource{},
		vague: map[objectID]bool{}, namespaces: map[string]bool{},
	}
	for _, r := range s.Resources {
		v.add(r)
	}
	v.pods = podGroups(v, s)
	return v
}

func (v *stackView) add(r rule.Resource) {
	if r.Kind() == "" {
		return
	}
	id := objectID{group: r.Group(), kind: strings.TrimSuffix(r.Kind(), "Patch")}
	v.opaque = v.opaque || makesAnything(r)
	if isPatch(r) { // the object is somewhere else; what it has we cannot see
		v.vague[id] = true
		return
	}
	v.kinds[id] = append(v.kinds[id], r)
	name, named := r.ObjectName().Text()
	namespace, placed := namespaceOf(r)
	if !r.Namespace().Missing() {
		v.namespaces[namespace] = true
	}
	if !named || !placed {
		v.vague[id] = true
		return
	}
	id.namespace, id.name = namespace, name
	v.objects[id] = r
}

// isPatch says that the resource changes an object that somebody else made.
func isPatch(r rule.Resource) bool { return strings.HasSuffix(r.Kind(), "Patch") }

// namespaceOf is the object's namespace; ok is false when it is unknown.
func namespaceOf(r rule.Resource) (namespace string, ok bool) {
	if r.Namespace().Missing() {
		return clusterWide, true
	}
	return r.Namespace().Text()
}

// makesAnything says that the object stands for others that we cannot see:
// lists, Helm releases, and the objects of operators that we do not know.
func makesAnything(r rule.Resource) bool {
	if strings.HasSuffix(r.Kind(), "List") && !r.At("items").Missing() || r.Is("helm.sh", "Release") {
		return true
	}
	group := r.Group()
	known := !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") || strings.HasSuffix(group, ".istio.io") ||
		slices.Contains([]string{flaggerApp, dragonflyDB, "cert-manager.io", "external-secrets.io", "bitnami.com", "datadoghq.com"}, group)
	if group == monitoringCRDs {
		known = !slices.Contains([]string{"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"}, r.Kind())
	}
	// Charts and configuration files are components: their objects are in the
	// stack. Their types have a group of Pulumi's.
	return !known && !r.At("apiVersion").Missing()
}

// find looks for an object. The resource is there only when the answer is Yes.
func (v stackView) find(id objectID) (r rule.Resource, answer rule.Answer) {
	if r, ok := v.objects[id]; ok {
		return r, rule.Yes
	}
	if v.opaque || v.vague[id.onlyKind()] {
		return r, rule.Maybe
	}
	return r, rule.No
}

// all are the objects of a kind.
func (v stackView) all(group, kind string) []rule.Resource {
	return v.kinds[objectID{group: group, kind: kind}]
}

// owns says whether the namespace is the stack's business: the stack declares
// it, or has objects in it.
func (v stackView) owns(namespace string) rule.Answer {
	if v.namespaces[namespace] {
		return rule.Yes
	}
	_, declared := v.find(objectID{"", "Namespace", clusterWide, namespace})
	if declared == rule.No && len(v.vague) > 0 {
		return rule.Maybe
	}
	return declared
}

// groupOf is the API group in an object's apiVersion: "apps" of "apps/v1".
func groupOf(apiVersion rule.Value) (group string, ok bool) {
	text, ok := apiVersion.Text()
	group, _, found := strings.Cut(text, "/")
	if !found {
		return "", ok
	}
	return group, ok
}
