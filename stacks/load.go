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

// encryption notes a secret in clear, and encrypted values that would end up
// in clear in the state because nothing treats them as secrets.
func (d *decoder) encryption(entries []entry) {
	const url = "database.url"
	for _, entry := range entries {
		isDatabase := entry.name == "database"
		urlGiven := isDatabase && (d.set[url] || d.bad[url])
		switch {
		case entry.secret && !urlGiven:
			d.faults = append(d.faults, &infra.Fault{
				Key: infra.Key(entry.name), Found: "an encrypted value", Expected: "a plain one: only " + infra.Key(url) + " is kept secret",
				Fix: "set it again without --secret",
			})
		case isDatabase && !entry.secret && d.spec.Database.URL.IsSet():
			d.faults = append(d.faults, &infra.Fault{
				Key: infra.Key(url), Found: "a value in clear", Expected: "an encrypted one",
				Fix: "change that password, then `pulumi config set --path --secret database.url`",
			})
		}
	}
}
