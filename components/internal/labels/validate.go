package labels

import (
	"errors"
	"maps"
	"regexp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

const maxLength = 63

var (
	namePattern  = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
	valuePattern = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
)

// ValidateName checks that value can name any Kubernetes object, a Service too.
func ValidateName(key, value string) error {
	if !namePattern.MatchString(value) || len(value) > maxLength {
		return fault.Of(key, value, "a DNS label: at most 63 lower-case letters, digits and dashes, starting with a letter")
	}
	return nil
}

// ValidateValue checks that value can be the value of a label; it may not be empty.
func ValidateValue(key, value string) error {
	if !valuePattern.MatchString(value) || len(value) > maxLength {
		return fault.Of(key, value, "a label value: at most 63 letters, digits, dots, dashes and underscores, starting and ending with a letter or digit")
	}
	return nil
}

// ValidateSet checks the values of a label selector.
func ValidateSet(key string, set map[string]string) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		faults = append(faults, ValidateValue(key+"["+name+"]", set[name]))
	}
	return errors.Join(faults...)
}
