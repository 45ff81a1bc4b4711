package githubdelivery

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Limits of an environment.
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
const (
	maxValues     = 100
	maxValueBytes = 48 * 1024
)

// valuePattern is stricter than GitHub, which would turn lower case into upper
// case and then show a difference at every update.
var valuePattern = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,254}$`)

const reservedPrefix = "GITHUB_"

func (a Args) validateValues() []error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(a.Variables)) {
		faults = append(faults, validateValueName("Variables'", name), validateVariable(name, a.Variables[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Secrets)) {
		faults = append(faults, validateValueName("Secrets'", name), validateSecret(name, a.Secrets[name]))
	}
	faults = append(faults, a.validateValueNames()...)
	return append(faults, validateCount("Variables", len(a.Variables)), validateCount("Secrets", len(a.Secrets)))
}

func validateCount(key string, n int) error {
	if n > maxValues {
		return fault.Of("Number of "+key, n, fmt.Sprintf("at most %d in an environment", maxValues))
	}
	return nil
}

func validateValueName(owner, name string) error {
	switch {
	case !valuePattern.MatchString(name):
		return fault.Of(owner+" name", name, "upper case letters, digits and underscores, not a digit first")
	case strings.HasPrefix(name, reservedPrefix):
		return fault.Of(owner+" name", name, "a name without the prefix "+reservedPrefix+", which GitHub keeps for itself")
	}
	return nil
}

func validateVariable(name, value string) error {
	key := "Variables[" + name + "]"
	switch {
	case value == "":
		return fault.Missing(key, "a value")
	case len(value) > maxValueBytes:
		return fmt.Errorf("%s has %d bytes: expected at most %d", key, len(value), maxValueBytes)
	}
	if why := suspicious(name, value); why != "" {
		return fmt.Errorf("%s %s: expected a value that everybody may read; move it to Secrets", key, why)
	}
	return nil
}

// validateSecret wants an output, which the engine can keep secret. A plain
// string was in somebody's source or configuration.
func validateSecret(name string, value pulumi.StringInput) error {
	key := "Secrets[" + name + "]"
	if value == nil {
		return fault.Missing(key, "a value")
	}
	if _, ok := value.(pulumi.Output); !ok {
		return fmt.Errorf("%s is plain text: expected a secret output; read it with config.RequireSecret or wrap it with pulumi.ToSecret", key)
	}
	return nil
}

// validateValueNames wants each name once, in any spelling. GitHub would take a
// variable and a secret of one name; people would not know which one they read.
func (a Args) validateValueNames() []error {
	var faults []error
	first := map[string]string{}
	names := slices.Concat(slices.Sorted(maps.Keys(a.Variables)), slices.Sorted(maps.Keys(a.Secrets)))
	for _, name := range names {
		upper := strings.ToUpper(name)
		if other, ok := first[upper]; ok {
			faults = append(faults, fault.Of("Name", name, "to be used once in Variables and Secrets; GitHub takes it for "+other))
			continue
		}
		first[upper] = name
	}
	return faults
}
