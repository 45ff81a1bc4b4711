package infra

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Project is the Pulumi project, and so the namespace of its configuration.
const Project = "tripsage"

// Key gives the full name of a configuration key from its path.
func Key(path string) string { return Project + ":" + path }

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	// Key is the full name of the key, such as tripsage:api.replicas.min.
	Key string
	// Found is the value as a person would write it, never a secret one.
	Found string
	// Expected completes "expected ...".
	Expected string
	// Fix tells what to do.
	Fix string
	// With are the other keys that the broken rule looks at.
	With []string
}

// Error gives the one line that a person reads.
func (f *Fault) Error() string {
	return fmt.Sprintf("%s: found %s, expected %s; fix: %s", f.Key, f.Found, f.Expected, f.Fix)
}

// faults collects while rules are checked.
type faults []error

// add notes a fault of the key at path. The found value must not be secret.
func (fs *faults) add(path string, found any, expected, fix string, with ...string) {
	fault := &Fault{Key: Key(path), Found: show(found), Expected: expected, Fix: fix}
	for _, other := range with {
		fault.With = append(fault.With, Key(other))
	}
	*fs = append(*fs, fault)
}

// addUnshown notes a fault of a value that may be a secret in the wrong place.
func (fs *faults) addUnshown(path, expected, fix string) {
	*fs = append(*fs, &Fault{Key: Key(path), Found: "a value that is not shown", Expected: expected, Fix: fix})
}

// oneOf notes a fault when the value is none of those allowed.
func (fs *faults) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		fs.add(path, value, "one of "+strings.Join(allowed, ", "), "set it to one of them")
	}
}

// between notes a fault when the value is outside [low, high], and tells
// whether it was inside.
func (fs *faults) between(path string, value, low, high int) bool {
	inside := value >= low && value <= high
	if !inside {
		fs.add(path, value, fmt.Sprintf("a number from %d to %d", low, high), "choose a number in that range")
	}
	return inside
}

// join gives all of them as one error, or nil.
func (fs *faults) join() error { return errors.Join(*fs...) }

func show(value any) string {
	if text, isText := value.(string); isText {
		return strconv.Quote(text)
	}
	return fmt.Sprint(value)
}
