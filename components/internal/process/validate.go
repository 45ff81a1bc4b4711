package process

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

var (
	envPattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	filePattern = regexp.MustCompile(`^[A-Za-z0-9][-._A-Za-z0-9]*$`)
)

// Validate reports every fault but those of the image, under the names that the
// components' own arguments have. Name is the components' Component.
func (p Process) Validate() error {
	faults := []error{
		labels.ValidateName("Component", p.Name),
		hardening.ValidateUserID("UserID", p.UserID),
		fault.Under("Resources.", p.Resources.Validate()),
	}
	if p.PullSecret != "" {
		faults = append(faults, labels.ValidateName("ImagePullSecret", p.PullSecret))
	}
	return errors.Join(append(faults, p.validateSecrets()...)...)
}

// ValidateEnv checks the names of an environment's variables.
func ValidateEnv(key string, env map[string]string) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !envPattern.MatchString(name) {
			faults = append(faults, fault.Of(key+"'s name", name, "letters, digits and underscores, not starting with a digit"))
		}
	}
	return errors.Join(faults...)
}

func (p Process) validateSecrets() []error {
	var faults []error
	if !path.IsAbs(p.SecretsPath) || path.Clean(p.SecretsPath) != p.SecretsPath {
		faults = append(faults, fault.Of("SecretsPath", p.SecretsPath, "an absolute path without . or .. and without a slash at its end"))
	}
	seen := map[string]bool{}
	for i, secret := range p.Secrets {
		at := fmt.Sprintf("Secrets[%d].", i)
		faults = append(faults, secret.Secret.Validate(at+"Secret"))
		if len(secret.Files) == 0 {
			faults = append(faults, fault.Missing(at+"Files", "at least one file name with its key"))
		}
		for _, file := range slices.Sorted(maps.Keys(secret.Files)) {
			if !filePattern.MatchString(file) {
				faults = append(faults, fault.Of(at+"Files", file, "a plain file name"))
			}
			if seen[file] {
				faults = append(faults, fault.Of(at+"Files", file, "a name that no other file in SecretsPath has"))
			}
			if secret.Files[file] == "" {
				faults = append(faults, fault.Missing(at+"Files["+file+"]", "a key of the Secret"))
			}
			seen[file] = true
		}
	}
	return faults
}
