package job

import (
	"errors"
	"fmt"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/process"
)

const (
	// maxName leaves room for the hash in a label's value, which holds the Job's
	// name in its pods.
	maxName     = 63 - 1 - hashLength
	maxAttempts = 10
	maxDeadline = 6 * 3600
)

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		imageref.Validate("Image", a.Image),
		a.process().Validate(),
		process.ValidateEnv("Env", a.Env),
		netpol.ValidateEdges("Egress", a.Egress),
	}
	if len(a.Name) > maxName {
		faults = append(faults, fault.Of("Name", a.Name, fmt.Sprintf("at most %d letters: the Job's name adds a hash", maxName)))
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", a.Version))
	}
	if a.Attempts < 1 || a.Attempts > maxAttempts {
		faults = append(faults, fault.Of("Attempts", a.Attempts, fmt.Sprintf("1 to %d", maxAttempts)))
	}
	if a.DeadlineSeconds < 1 || a.DeadlineSeconds > maxDeadline {
		faults = append(faults, fault.Of("DeadlineSeconds", a.DeadlineSeconds, fmt.Sprintf("1 to %d", maxDeadline)))
	}
	return errors.Join(faults...)
}
