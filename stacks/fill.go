package stacks

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/infra"
)

// gaps are the keys that neither configuration nor defaults could fill.
type gaps struct {
	// missing keys must be set: they have no default here.
	missing map[string]Knob
	// unknowable keys have a default, but which one hangs on a key with a fault.
	unknowable map[string]bool
}

// fill puts defaults where the configuration says nothing. The table lists
// environment and database.mode before the keys that hang on them.
func (d *decoder) fill(knobs []Knob) gaps {
	g := gaps{missing: map[string]Knob{}, unknowable: map[string]bool{}}
	fields := map[string]field{}
	for _, f := range d.root.all() {
		fields[f.path] = f
	}
	for _, knob := range knobs {
		d.fillOne(knob, fields[knob.Key], g)
	}
	return g
}

func (d *decoder) fillOne(knob Knob, f field, g gaps) {
	target, present := f.in(&d.spec, false)
	value, known := d.defaultOf(knob)
	switch {
	case d.bad[knob.Key] || !present: // Bad, or of an optional group that is absent.
	case !known:
		g.unknowable[knob.Key] = !d.set[knob.Key]
	case knob.Mode != "" && knob.Mode != d.spec.Database.Mode:
		// Not of this mode: stays empty, and Validate refuses a value.
	case knob.Needs != nil && !knob.Needs(d.spec):
		// The same for what the stack has not.
	case value == nil && target.IsZero():
		g.missing[knob.Key] = knob
	case value != nil && !d.set[knob.Key]:
		target.Set(reflect.ValueOf(value))
	}
}

// defaultOf gives the default in this environment, nil if there is none. It is
// not known when the environment or the mode that decides it has a fault.
func (d *decoder) defaultOf(knob Knob) (value any, known bool) {
	modes := []string{infra.DatabaseEmbedded, infra.DatabaseExternal}
	if knob.Mode != "" && !slices.Contains(modes, d.spec.Database.Mode) {
		return nil, false
	}
	if knob.By == nil {
		return knob.Default, true
	}
	if !slices.Contains(infra.Environments(), d.spec.Environment) {
		return nil, false
	}
	if value, differs := knob.By[d.spec.Environment]; differs {
		return value, true
	}
	return knob.Default, true
}

// judge validates the Spec and notes its faults, except those that only follow
// from faults noted before.
func (d *decoder) judge(g gaps) {
	var joined interface{ Unwrap() []error }
	if errors.As(d.spec.Validate(), &joined) {
		for _, err := range joined.Unwrap() {
			var fault *infra.Fault
			if errors.As(err, &fault) && !d.follows(fault, g) {
				d.faults = append(d.faults, d.reword(fault, g))
			}
		}
	}
	for path, knob := range g.missing {
		if !slices.ContainsFunc(d.faults, func(f *infra.Fault) bool { return f.Key == infra.Key(path) }) {
			d.faults = append(d.faults, d.absent(knob))
		}
	}
}

// follows tells whether a rule looked at a value that is not what was meant.
func (d *decoder) follows(fault *infra.Fault, g gaps) bool {
	for _, key := range append([]string{fault.Key}, fault.With...) {
		path := strings.TrimPrefix(key, infra.Project+":")
		if d.bad[path] || g.unknowable[path] {
			return true
		}
	}
	return false
}

// reword says of a missing value that it is missing, and hides secret ones.
func (d *decoder) reword(fault *infra.Fault, g gaps) *infra.Fault {
	path := strings.TrimPrefix(fault.Key, infra.Project+":")
	top, _, _ := strings.Cut(path, ".")
	if knob, missing := g.missing[path]; missing && !d.set[path] {
		fault.Found, fault.Fix = notSet, d.absent(knob).Fix
	} else if d.hidden[top] {
		fault.Found = "[secret]"
	}
	return fault
}

const notSet = "nothing (the key is not set)"

// absent words the fault of a key that has no default here.
func (d *decoder) absent(knob Knob) *infra.Fault {
	found := notSet
	if d.set[knob.Key] {
		found = `""`
	}
	fix := "set it in the stack's file. " + knob.Why
	if knob.Placeholder != "" {
		fix = fmt.Sprintf("`pulumi config set --path --secret %s`, which asks for the value. %s", knob.Key, knob.Why)
	}
	return &infra.Fault{
		Key: infra.Key(knob.Key), Found: found, Fix: fix,
		Expected: fmt.Sprintf("a value, since environment %s has no default for it", d.spec.Environment),
	}
}
