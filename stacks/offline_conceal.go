package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/infra"
)

// concealed is the content of a stack file with placeholders for what is
// encrypted in it.
type concealed struct {
	config map[string]any
	// secret are the top-level keys in which a secret was encrypted.
	secret map[string]bool
	// unreadable are the keys that are encrypted without being secret. They are
	// not in config.
	unreadable []field
	// placeholders by path, of the secret keys.
	placeholders map[string]string
}

// conceal replaces encrypted values; it does not write to the given config.
func conceal(config map[string]any) concealed {
	c := concealed{config: map[string]any{}, secret: map[string]bool{}, placeholders: map[string]string{}}
	for _, knob := range Knobs() {
		c.placeholders[knob.Key] = knob.Placeholder
	}
	root := schema()
	for _, key := range slices.Sorted(maps.Keys(config)) {
		name := strings.TrimPrefix(key, infra.Project+":")
		f, known := root.child(name)
		if !known { // Of another program, or the decoder's to complain about.
			f = field{}
		}
		if value, keep := c.value(f, config[key]); keep {
			c.config[key] = value
		}
	}
	return c
}

// value gives what stands for the found value, and whether anything does. The
// zero field is for what no Spec can hold.
func (c *concealed) value(f field, found any) (value any, keep bool) {
	if !hasEncrypted(found) {
		return found, true
	}
	object, isObject := found.(map[string]any)
	switch {
	case f.typ == nil:
		return "", true
	case !isObject || len(object) == 1 && object["secure"] != nil:
		if f.typ != secretType || !isObject {
			c.unreadable = append(c.unreadable, f)
			return nil, false
		}
		top, _, _ := strings.Cut(f.path, ".")
		c.secret[top] = true
		return c.placeholders[f.path], true
	}
	members := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		member, _ := f.child(name)
		if value, keep := c.value(member, object[name]); keep {
			members[name] = value
		}
	}
	return members, true
}
