// Package secretref names a Kubernetes Secret together with the version of its
// content.
package secretref

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// Ref is a Secret in the namespace of the component that uses it.
type Ref struct {
	// Name is the Secret's metadata.name.
	Name pulumi.StringInput
	// Version changes whenever the content does. It lands in a pod annotation
	// in clear, so it must not let anyone guess the content.
	Version pulumi.StringInput
}

// Validate reports the fields that are not set; key is the name of the
// argument that holds the reference.
func (r Ref) Validate(key string) error {
	var faults []error
	if r.Name == nil {
		faults = append(faults, fault.Missing(key+".Name", "the name of a Secret"))
	}
	if r.Version == nil {
		faults = append(faults, fault.Missing(key+".Version", "the version of the Secret's content, so that pods restart when it changes"))
	}
	return errors.Join(faults...)
}
