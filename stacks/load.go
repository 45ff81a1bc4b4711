package stacks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/infra"
)

// Error is a configuration that cannot be deployed, with everything that is
// wrong with it.
type Error struct {
	Stack  string
	Faults []*infra.Fault // sorted by key
}

// Error lists the faults, one on a line.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "the configuration of stack %q has %d fault(s), nothing was registered:", e.Stack, len(e.Faults))
	for _, fault := range e.Faults {
		fmt.Fprintf(&text, "\n  - %s", fault)
	}
	return text.String()
}

// Unwrap gives the faults to errors.As and errors.Is.
func (e *Error) Unwrap() []error {
	var errs []error
	for _, fault := range e.Faults {
		errs = append(errs, fault)
	}
	return errs
}

// Load decodes the configuration of the stack, fills in defaults and validates
// the result. Its error is an *Error with all the faults at once, unless the
// configuration could not be read at all. Load registers no resource.
func Load(ctx *pulumi.Context) (infra.Spec, error) {
	src, err := read(ctx)
	if err != nil {
		return infra.Spec{}, err
	}
	spec, faults := load(src)
	if len(faults) > 0 {
		return infra.Spec{}, &Error{Stack: ctx.Stack(), Faults: faults}
	}
	return spec, nil
}

// load is Load without Pulumi.
func load(src source) (infra.Spec, []*infra.Fault) {
	d := decode(src.entries)
	d.namespaces(src.strays)
	d.encryption(src.entries)
	d.judge(d.fill(Knobs()))
	slices.SortStableFunc(d.faults, func(a, b *infra.Fault) int { return cmp.Compare(a.Key, b.Key) })
	return d.spec, d.faults
}

// namespaces notes keys that would be ignored because of a typing error in
// front of the colon.
func (d *decoder) namespaces(strays []string) {
	for _, key := range strays {
		_, name, _ := strings.Cut(key, ":")
		near := infra.Key(d.nearest(name))
		d.faults = append(d.faults, &infra.Fault{
			Key: key, Found: "an unknown namespace", Expected: "the namespace " + infra.Project + ", the nearest key is " + near,
			Fix: "rename it to " + near + " or remove it",
		})
	}
}

// encryption notes secrets in clear, and encrypted values that would end up in
// clear in the state because nothing treats them as secrets.
func (d *decoder) encryption(entries []entry) {
	for _, entry := range entries {
		group, _ := d.root.child(entry.name)
		given := d.secretsGiven(group)
		switch {
		case entry.secret && len(given) == 0:
			d.faults = append(d.faults, &infra.Fault{
				Key: infra.Key(entry.name), Found: "an encrypted value", Expected: "a plain one: " + group.secretKeys(),
				Fix: "set it again without --secret",
			})
		case !entry.secret:
			for _, f := range given {
				d.inClear(f)
			}
		}
	}
}

// inClear notes that a secret is not encrypted. An empty one is another fault.
func (d *decoder) inClear(f field) {
	place, _ := f.in(&d.spec, true)
	if secret, _ := place.Interface().(infra.Secret); !secret.IsSet() {
		return
	}
	d.faults = append(d.faults, &infra.Fault{
		Key: infra.Key(f.path), Found: "a value in clear", Expected: "an encrypted one",
		Fix: "have it replaced where it comes from, since it was in clear, then `pulumi config set --path --secret " + f.path + "`",
	})
}

// secretsGiven lists the secret keys of the group that the configuration sets.
func (d *decoder) secretsGiven(group field) []field {
	return slices.DeleteFunc(group.all(), func(f field) bool {
		return f.typ != secretType || (!d.set[f.path] && !d.bad[f.path])
	})
}

// secretKeys says which keys of the group are kept secret.
func (f field) secretKeys() string {
	var keys []string
	for _, member := range f.all() {
		if member.typ == secretType {
			keys = append(keys, infra.Key(member.path))
		}
	}
	if len(keys) == 0 {
		return "nothing in it is kept secret"
	}
	return "only " + strings.Join(keys, ", ") + " is kept secret"
}
