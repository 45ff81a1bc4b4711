// Package fault words what is wrong with one argument of a component.
package fault

import (
	"errors"
	"fmt"
)

// Of says that key holds value and what was expected there instead. The text
// of want ends with how to fix it where that is not obvious.
func Of(key string, value any, want string) error {
	if text, ok := value.(string); ok {
		return fmt.Errorf("%s is %q: expected %s", key, text, want)
	}
	return fmt.Errorf("%s is %v: expected %s", key, value, want)
}

// Missing says that key has no value.
func Missing(key, want string) error {
	return fmt.Errorf("%s is missing: expected %s", key, want)
}

// Under puts a prefix before each fault that err joins, so that every line of
// the final message names its full key. It returns nil for nil.
func Under(prefix string, err error) error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return fmt.Errorf("%s%w", prefix, err)
	}
	var out []error
	for _, one := range joined.Unwrap() {
		out = append(out, Under(prefix, one))
	}
	return errors.Join(out...)
}
