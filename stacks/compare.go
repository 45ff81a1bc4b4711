package stacks

import (
	"errors"
	"reflect"
	"strings"
)

// Difference is one configuration key in two stacks, after defaults.
type Difference struct {
	// Key is the path below the namespace, such as api.replicas.min.
	Key string `json:"key"`
	// A and B are the values: text, int, bool, []string or []int. Nil means that
	// the stack has none: it sets none and no default applies. A secret is
	// "[secret]", and nil if it still has to be set.
	A any `json:"a"`
	B any `json:"b"`
	// Differs tells whether A and B are not the same. Two secrets are the same:
	// nobody can compare them without decrypting.
	Differs bool `json:"differs"`
}

const (
	secretShown = "[secret]"
	// builtShown stands for an image that has no digest before it is built.
	builtShown = "(built by tripsage up)"
)

// Compare lists every configuration key with its values in the stacks a and b
// of the project's folder, in the order of the Spec. It needs no engine and no
// passphrase. A stack with a fault is an *Error; the faults of both are joined.
func Compare(project, a, b string) ([]Difference, error) {
	left, errA := readOffline(project, a)
	right, errB := readOffline(project, b)
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	knobs := map[string]Knob{}
	for _, knob := range Knobs() {
		knobs[knob.Key] = knob
	}
	var all []Difference
	for _, f := range schema().all() {
		if f.isGroup() {
			continue
		}
		one := Difference{Key: f.path, A: left.shown(f, knobs[f.path]), B: right.shown(f, knobs[f.path])}
		one.Differs = !reflect.DeepEqual(one.A, one.B)
		all = append(all, one)
	}
	return all, nil
}

// shown gives the value of a key as a Difference holds it.
func (s offlineSpec) shown(f field, knob Knob) any {
	place, present := f.in(&s.spec, false)
	switch {
	case !present:
		return nil
	case s.stoodIn[f.path] && strings.HasPrefix(f.path, "images."):
		return builtShown
	case s.stoodIn[f.path]:
		return nil
	case place.IsZero() && (f.typ == secretType || !s.set[f.path] && !s.isDefault(place.Interface(), knob)):
		return nil
	case f.typ == secretType:
		return secretShown
	case f.isList() && place.IsNil():
		return reflect.MakeSlice(f.typ, 0, 0).Interface() // so that none equals none
	default:
		return place.Interface()
	}
}

// isDefault tells a zero value that is meant from one that is nobody's.
func (s offlineSpec) isDefault(value any, knob Knob) bool {
	ours := knob.Mode == "" || knob.Mode == s.spec.Database.Mode
	standard, known := s.defaultOf(knob)
	return ours && known && reflect.DeepEqual(value, standard)
}
