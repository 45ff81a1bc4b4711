package dragonfly

import (
	"errors"
	"fmt"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// MiBPerThread is the least memory that Dragonfly accepts for each thread; with
// less it exits at its start.
const MiBPerThread = 256

// CheckMemory checks that every thread gets its share of maxMemoryMiB and that
// the data fits in the container's limit: beyond it the kernel kills the whole
// cache, where Dragonfly itself would only evict or refuse.
func CheckMemory(threads, maxMemoryMiB, limitMiB int) error {
	var faults []error
	if threads < 1 {
		faults = append(faults, fault.Of("Threads", threads, "1 or more"))
	}
	if least := threads * MiBPerThread; maxMemoryMiB < least {
		faults = append(faults, fault.Of("MaxMemoryMiB", maxMemoryMiB,
			fmt.Sprintf("at least %d: %d MiB for each of %d threads", least, MiBPerThread, threads)))
	}
	if maxMemoryMiB > limitMiB {
		faults = append(faults, fault.Of("MemoryLimitMiB", limitMiB, fmt.Sprintf("at least MaxMemoryMiB (%d)", maxMemoryMiB)))
	}
	return errors.Join(faults...)
}
