// Package profiles holds what each stack demands of itself: the level,
// parameters and exemptions of the rules, in Pulumi's own format for
// --policy-pack-config. A rule that a profile does not name has the level of
// "all" and its default parameters.
package profiles

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// strictest is for stacks that have no profile of their own.
const strictest = "production"

// Of returns the profile of the stack, or production's if it has none, and the
// profile's name.
func Of(stack string) (name string, text []byte, err error) {
	text, err = files.ReadFile(stack + ".json")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		stack = strictest
		text, err = files.ReadFile(strictest + ".json")
	}
	if err != nil {
		return "", nil, fmt.Errorf("profile of stack %q: %w", stack, err)
	}
	return stack, text, nil
}
