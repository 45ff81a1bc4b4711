package bench

import (
	"os"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// growthMemory are peaks of resident memory in KiB.
type growthMemory struct {
	program, engine, provider int
	// together is the largest sum of those that ran at one time.
	together int
}

func (m growthMemory) max(other growthMemory) growthMemory {
	return growthMemory{
		max(m.program, other.program), max(m.engine, other.engine), max(m.provider, other.provider),
		max(m.together, other.together),
	}
}

// followGrowth watches this process, and all that it starts, while it runs.
func followGrowth(b *testing.B, run func()) growthMemory {
	b.Helper()
	forgetPeak(b)
	self, seen := os.Getpid(), newPeaks()
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			seen.sample(self)
			select {
			case <-stop:
				seen.sample(self)
				return
			case <-time.After(sampleEvery):
			}
		}
	})
	func() {
		defer watching.Wait()
		defer close(stop)
		run()
	}()
	return growthMemory{
		program: process{pid: self}.peak(), engine: seen.atOnce["pulumi"],
		provider: seen.atOnce["pulumi-resource-kubernetes"], together: seen.atOnce[""],
	}
}

// forgetPeak gives unused memory back, and has the kernel count the peak of this
// process from now on; see clear_refs in proc(5).
func forgetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	require.NoError(b, os.WriteFile("/proc/self/clear_refs", []byte("5\n"), 0o200))
}
