package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func addGrowth(b *testing.B, steps []growthStep) {
	b.Helper()
	var previews, unlimited, memory, evaluated, allocated growthCurve
	for _, s := range steps {
		previews = append(previews, growthPoint{s, 1e3 * s.previews.median().Seconds()})
		unlimited = append(unlimited, growthPoint{s, 1e3 * s.unlimited.median().Seconds()})
		memory = append(memory, growthPoint{s, float64(s.memory.together)})
		evaluated = append(evaluated, growthPoint{s, 1e3 * s.evaluated.median().Seconds()})
		allocated = append(allocated, growthPoint{s, float64(s.allocated)})
	}
	suite.results.add("preview of new workloads in a namespace that exists (simulated nodes)",
		previews.timed(func(s growthStep) times { return s.previews }, seconds),
		fmt.Sprintf("The ratio is to a resource with %d workloads. \"Each further\" is what a resource costs", growthBase),
		"that the row above does not have: the same in each row when growth is linear.",
		"The provider asks 50 times a second, after the first 120 objects, and never faster.")
	suite.results.add("the same when the provider asks as fast as it can",
		unlimited.timed(func(s growthStep) times { return s.unlimited }, seconds))
	suite.results.add("peak memory of all these previews in MiB (VmHWM)",
		memory.table("KiB", []string{"program", "engine", "provider", "at one time"}, func(s growthStep) []string {
			m := s.memory
			return []string{inMiB(m.program), inMiB(m.engine), inMiB(m.provider), inMiB(m.together)}
		}), "The program is this process, with what earlier benchmarks left in it.")
	suite.results.add("the same programs in this process alone, without engine, provider and cluster",
		evaluated.timed(func(s growthStep) times { return s.evaluated }, millis))
	suite.results.add("memory that such an evaluation allocates, garbage included, in MiB",
		allocated.table("KiB", []string{"sum"}, func(s growthStep) []string { return []string{inMiB(s.allocated)} }))
	largest := steps[len(steps)-1]
	report(b, map[string]float64{
		"preview-s": largest.previews.median().Seconds(), "preview-growth": previews.growth(),
		"unlimited-s": largest.unlimited.median().Seconds(), "unlimited-growth": unlimited.growth(),
		"memory-MiB": float64(largest.memory.together) / mib, "memory-growth": memory.growth(),
		"evaluate-s": largest.evaluated.median().Seconds(), "evaluate-growth": evaluated.growth(),
	})
}

// timed is the table of a curve of times, which show writes.
func (c growthCurve) timed(of func(growthStep) times, show func(time.Duration) string) [][]string {
	return c.table("ms", []string{"median", "range", "runs"}, func(s growthStep) []string {
		t := of(s)
		return []string{show(t.median()), show(slices.Min(t)) + " to " + show(slices.Max(t)), fmt.Sprint(len(t))}
	})
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", 1e3*d.Seconds()) }
