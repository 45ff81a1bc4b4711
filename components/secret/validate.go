package secret

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

const (
	defaultLength = 40
	minLength     = 16
	maxLength     = 128

	// versionKey names the random key of the version, which is no value of the Secret.
	versionKey = "version-key"
)

var keyPattern = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,253}$`)

func (a Args) withDefaults(name string) Args {
	if a.Name == "" {
		a.Name = name
	}
	if a.Version == "" {
		a.Version = labels.Unversioned
	}
	if a.Epoch == "" {
		a.Epoch = "1"
	}
	a.Generated = maps.Clone(a.Generated)
	for key, want := range a.Generated {
		if want.Length == 0 && !want.Key {
			want.Length = defaultLength
			a.Generated[key] = want
		}
	}
	return a
}

// Validate reports every fault of complete arguments, and no value.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		labels.ValidateValue("Component", a.Component),
		labels.ValidateValue("Version", a.Version),
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Epoch == "" {
		faults = append(faults, fault.Missing("Epoch", `any text, for instance "1"`))
	}
	if len(a.Generated)+len(a.Given)+len(a.Composed) == 0 {
		faults = append(faults, fault.Missing("Every value", "at least one in Generated, Given or Composed"))
	}
	faults = append(faults, a.validateKeys()...)
	for _, key := range slices.Sorted(maps.Keys(a.Generated)) {
		faults = append(faults, fault.Under("Generated["+key+"].", a.Generated[key].validate()))
	}
	for _, key := range slices.Sorted(maps.Keys(a.Given)) {
		if a.Given[key] == nil {
			faults = append(faults, fault.Missing("Given["+key+"]", "a value"))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.Composed)) {
		faults = append(faults, fault.Under("Composed["+key+"].", a.validateComposed(a.Composed[key])))
	}
	return errors.Join(faults...)
}

func (g Generated) validate() error {
	switch {
	case g.Key && g.Length != 0:
		return fault.Of("Length", g.Length, "nothing beside Key: keys have 32 bytes")
	case !g.Key && (g.Length < minLength || g.Length > maxLength):
		return fault.Of("Length", g.Length, fmt.Sprintf("%d to %d characters", minLength, maxLength))
	}
	return nil
}

func (a Args) validateKeys() []error {
	var faults []error
	count := map[string]int{}
	for _, keys := range [][]string{
		slices.Collect(maps.Keys(a.Generated)), slices.Collect(maps.Keys(a.Given)), slices.Collect(maps.Keys(a.Composed)),
	} {
		for _, key := range keys {
			count[key]++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(count)) {
		if !keyPattern.MatchString(key) {
			faults = append(faults, fault.Of("key", key, "a Secret key: letters, digits, dots, dashes and underscores"))
		}
		if key == versionKey {
			faults = append(faults, fault.Of("key", key, "another name: the component uses this one itself"))
		}
		if count[key] > 1 {
			faults = append(faults, fault.Of("key", key, "to be in only one of Generated, Given and Composed"))
		}
	}
	return faults
}

func (a Args) validateComposed(c Composed) error {
	parts, err := parse(c.Template)
	if err != nil {
		return fault.Under("Template ", err)
	}
	var faults []error
	used := map[string]bool{}
	for _, p := range parts {
		if p.key != "" && !used[p.key] && !a.offers(c, p.key) {
			faults = append(faults, fault.Of("Template's hole", p.key, "a key of Generated, Given or With"))
		}
		used[p.key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(c.With)) {
		_, generated := a.Generated[key]
		_, given := a.Given[key]
		switch {
		case c.With[key] == nil:
			faults = append(faults, fault.Missing("With["+key+"]", "a value"))
		case generated || given:
			faults = append(faults, fault.Of("With's key", key, "a name that no Generated or Given value has"))
		case !used[key]:
			faults = append(faults, fault.Of("With's key", key, "to be used in Template"))
		}
	}
	return errors.Join(faults...)
}

func (a Args) offers(c Composed, key string) bool {
	_, generated := a.Generated[key]
	_, given := a.Given[key]
	_, with := c.With[key]
	return generated || given || with
}
