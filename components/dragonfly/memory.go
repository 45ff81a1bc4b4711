package dragonfly

import (
	"errors"
	"fmt"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// MiBPerThread is the least memory that Dragonfly accepts for each thread; with
// less it exits at its start.
const MiBPerThread = 256

// CheckMemory proves threads x 256 MiB <= maxMemoryMiB <= limitMiB: every
// thread gets its share, and the data fits in the container's limit, beyond
// which the kernel kills the whole cache where Dragonfly itself would only evict
// or refuse. It returns one fault for each part that does not hold.
func CheckMemory(threads, maxMemoryMiB, limitMiB int) error {
	var faults []error
	if threads < 1 {
		faults = append(faults, fault.Of("Threads", threads, "1 or more"))
	}
	// Divided, because the product of two large numbers overflows and looks small.
	if threads > 0 && threads > maxMemoryMiB/MiBPerThread {
		faults = append(faults, fault.Of("MaxMemoryMiB", maxMemoryMiB,
			fmt.Sprintf("at least %d: %d MiB for each of %d threads", uint64(threads)*MiBPerThread, MiBPerThread, threads)))
	}
	if maxMemoryMiB > limitMiB {
		faults = append(faults, fault.Of("MemoryLimitMiB", limitMiB, fmt.Sprintf("at least MaxMemoryMiB (%d)", maxMemoryMiB)))
	}
	return errors.Join(faults...)
}
