package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// operator breaks stacks in one way.
type operator struct {
	name string
	// source is who calls it a fault.
	source string
	// mutants are all stacks that it makes of one.
	mutants func(s stack) []mutant
}

// mutant is a broken stack, as its difference from the shipped one.
type mutant struct {
	operator, stack string
	// where names the resource, and the place in it when there are several.
	where   string
	changed map[int]thing
	removed int // place of the removed resource, or -1
	added   []thing
}

func (m mutant) String() string { return m.operator + " | " + m.stack + " | " + m.where }

// of are the resources of the broken stack. Only those that fresh names differ
// from the shipped ones.
func (m mutant) of(s stack) (resources []thing, fresh map[string]bool) {
	fresh = map[string]bool{}
	for i, r := range s.resources {
		if i == m.removed {
			continue
		}
		if changed, ok := m.changed[i]; ok {
			r = changed
			fresh[r.URN] = true
		}
		resources = append(resources, r)
	}
	for _, r := range m.added {
		fresh[r.URN] = true
	}
	return append(resources, m.added...), fresh
}

// filter chooses resources.
type filter func(r thing) bool

// ofKind are Kubernetes objects of the kinds.
func ofKind(kinds ...string) filter {
	return func(r thing) bool { return r.kind() != "" && slices.Contains(kinds, r.kind()) }
}

// ofType are resources whose type ends so: "vercel:index/project:Project".
func ofType(types ...string) filter {
	return func(r thing) bool { return slices.Contains(types, r.Type) }
}

func (f filter) and(more func(r thing) bool) filter {
	return func(r thing) bool { return f(r) && more(r) }
}

// named are resources whose name, or whose object's name, has the text in it.
func named(text string) func(thing) bool {
	return func(r thing) bool {
		name, _ := at(r.Properties, "metadata.name").(string)
		return strings.Contains(r.Name, text) || strings.Contains(name, text)
	}
}

func onStack(names ...string) func(operator) operator {
	return func(o operator) operator {
		all := o.mutants
		o.mutants = func(s stack) []mutant {
			if !slices.Contains(names, s.name) {
				return nil
			}
			return all(s)
		}
		return o
	}
}

// each changes one resource at a time. do returns false when there is nothing
// to break.
func each(name, source string, on filter, do func(r *thing) bool) operator {
	return inStack(name, source, on, func(r *thing, _ stack) bool { return do(r) })
}

// inStack is each with a look at the other resources.
func inStack(name, source string, on filter, do func(r *thing, s stack) bool) operator {
	return operator{name: name, source: source, mutants: func(s stack) (all []mutant) {
		for i, r := range s.resources {
			if !on(r) {
				continue
			}
			broken := r.clone()
			if do(&broken, s) {
				all = append(all, mutant{
					operator: name, stack: s.name, where: r.title(), changed: map[int]thing{i: broken}, removed: -1,
				})
			}
		}
		return all
	}}
}

// places finds the places in a resource that an operator changes, one at a time.
type places func(r *thing) (labels []string, found []object)

// inEach changes one place of one resource at a time.
func inEach(name, source string, on filter, where places, do func(place object) bool) operator {
	return operator{name: name, source: source, mutants: func(s stack) (all []mutant) {
		for i, r := range s.resources {
			if !on(r) {
				continue
			}
			labels, _ := where(&r)
			for n, label := range labels {
				broken := r.clone()
				_, found := where(&broken)
				if do(found[n]) {
					all = append(all, mutant{
						operator: name, stack: s.name, where: r.title() + " " + label,
						changed: map[int]thing{i: broken}, removed: -1,
					})
				}
			}
		}
		return all
	}}
}

// without takes one resource away.
func without(name, source string, on filter) operator {
	return operator{name: name, source: source, mutants: func(s stack) (all []mutant) {
		for i, r := range s.resources {
			if on(r) {
				all = append(all, mutant{operator: name, stack: s.name, where: r.title(), removed: i})
			}
		}
		return all
	}}
}

// beside adds a resource for each of the others that are chosen. make returns
// nil properties when there is none to add.
func beside(name, source string, on filter, kind string, make func(r thing) object) operator {
	return operator{name: name, source: source, mutants: func(s stack) (all []mutant) {
		for _, r := range s.resources {
			if !on(r) {
				continue
			}
			properties := make(r.clone())
			if properties == nil {
				continue
			}
			added := thing{
				URN:  fmt.Sprintf("urn:pulumi:%s::%s::%s::added", s.name, project, kind),
				Type: kind, Name: "added", Parent: r.Parent, Custom: true, Properties: properties,
			}
			all = append(all, mutant{operator: name, stack: s.name, where: r.title(), removed: -1, added: []thing{added}})
		}
		return all
	}}
}

// puts is a change that sets a value, drops one that takes it away.
func puts(path string, value any) func(*thing) bool {
	return func(r *thing) bool { return put(r.Properties, path, clone(value)) }
}

func drops(path string) func(*thing) bool {
	return func(r *thing) bool { return drop(r.Properties, path) }
}

// putsHere and dropsHere do it in a place.
func putsHere(path string, value any) func(object) bool {
	return func(place object) bool { return put(place, path, clone(value)) }
}

func dropsHere(path string) func(object) bool {
	return func(place object) bool { return drop(place, path) }
}

// listed are the places in the list at a path.
func listed(path string) places {
	return func(r *thing) (labels []string, found []object) {
		found = objects(r.Properties, path)
		for i := range found {
			labels = append(labels, fmt.Sprintf("%s[%d]", path, i))
		}
		return labels, found
	}
}
