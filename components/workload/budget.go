package workload

import (
	"errors"
	"fmt"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// shutdownMargin is kept free of the grace period, for the kubelet's own work
// around the two phases. In seconds.
const shutdownMargin = 2

// Validate checks that a pod gets through preStop and its own shutdown before
// the grace period, which covers both, ends with SIGKILL.
func (s Shutdown) Validate() error {
	var faults []error
	if s.PreStopSeconds < 1 {
		faults = append(faults, fault.Of("Shutdown.PreStopSeconds", s.PreStopSeconds, "1 or more"))
	}
	if s.AppSeconds < 1 {
		faults = append(faults, fault.Of("Shutdown.AppSeconds", s.AppSeconds, "1 or more"))
	}
	if need := s.PreStopSeconds + s.AppSeconds + shutdownMargin; s.GraceSeconds < need {
		faults = append(faults, fault.Of("Shutdown.GraceSeconds", s.GraceSeconds,
			fmt.Sprintf("at least PreStopSeconds %d + AppSeconds %d + %d to spare = %d", s.PreStopSeconds, s.AppSeconds, shutdownMargin, need)))
	}
	return errors.Join(faults...)
}

// Validate checks the bounds, the targets, and that the disruption budget
// leaves a pod standing even when there are only Min of them.
func (s Scaling) Validate() error {
	var faults []error
	if s.Min < 1 {
		faults = append(faults, fault.Of("Scaling.Min", s.Min, "1 or more pods"))
	}
	if s.Max < s.Min {
		faults = append(faults, fault.Of("Scaling.Max", s.Max, fmt.Sprintf("at least Scaling.Min (%d)", s.Min)))
	}
	faults = append(faults,
		validatePercent("Scaling.CPUPercent", s.CPUPercent),
		validatePercent("Scaling.MemoryPercent", s.MemoryPercent))
	if most := max(s.Min-1, 1); s.MaxUnavailable < 1 || s.MaxUnavailable > most {
		faults = append(faults, fault.Of("Scaling.MaxUnavailable", s.MaxUnavailable,
			fmt.Sprintf("1 to %d: with 0 no node could be drained, and of Scaling.Min (%d) pods one has to stay (a single pod cannot)", most, s.Min)))
	}
	return errors.Join(faults...)
}

// Autoscaled says whether an autoscaler decides the number of pods.
func (s Scaling) Autoscaled() bool {
	return s.Max > s.Min
}

// Remaining returns how many of that many ready pods the disruption budget
// keeps while nodes are drained.
func (s Scaling) Remaining(pods int) int {
	return max(pods-s.MaxUnavailable, 0)
}

func validatePercent(key string, percent int) error {
	if percent < 1 || percent > 100 {
		return fault.Of(key, percent, "1 to 100 percent of the request")
	}
	return nil
}
