package policytest

import (
	"fmt"
	"maps"
	"slices"
)

// walk visits every property below the value, in a fixed order, parents first.
// set replaces the property; with gone it is taken away instead.
func walk(value any, path string, visit func(path string, child any, set func(value any, gone bool))) {
	switch value := value.(type) {
	case secret:
		walk(value.value, path, visit)
	case object:
		for _, key := range keysOf(value) {
			place := key
			if path != "" {
				place = path + "." + key
			}
			child := value[key]
			visit(place, child, func(other any, gone bool) {
				if gone {
					delete(value, key)
					return
				}
				value[key] = other
			})
			walk(child, place, visit)
		}
	case []any:
		for i, child := range value {
			place := fmt.Sprintf("%s[%d]", path, i)
			visit(place, child, func(other any, gone bool) {
				if gone {
					other = nil
				}
				value[i] = other
			})
			walk(child, place, visit)
		}
	}
}

// sizeOf counts the properties.
func sizeOf(fields object) (size int) {
	walk(fields, "", func(string, any, func(any, bool)) { size++ })
	return size
}

// forget makes one property unknown and returns its path.
func forget(fields object, n int) (path string) {
	change(fields, n, unknown{}, false)
	walk(fields, "", func(at string, child any, _ func(any, bool)) {
		if _, ok := child.(unknown); ok && path == "" {
			path = at
		}
	})
	return path
}

// change sets the property with the number n.
func change(fields object, n int, value any, gone bool) {
	i := 0
	var apply func()
	walk(fields, "", func(_ string, _ any, set func(any, bool)) {
		if i == n {
			apply = func() { set(value, gone) }
		}
		i++
	})
	if apply != nil {
		apply()
	}
}

func sorted[V any](counts map[string]V) []string { return slices.Sorted(maps.Keys(counts)) }
