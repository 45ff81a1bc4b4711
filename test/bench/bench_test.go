package bench

import "testing"

// The benchmarks in the order in which they run: the long one is last. None
// looks at b.N, because each repeats what it measures as often as it is worth.

func BenchmarkUp(b *testing.B)         { measureUp(b) }
func BenchmarkPreview(b *testing.B)    { measurePreview(b) }
func BenchmarkPolicy(b *testing.B)     { measurePolicy(b) }
func BenchmarkGrowth(b *testing.B)     { measureGrowth(b) }
func BenchmarkMemory(b *testing.B)     { measureMemory(b) }
func BenchmarkPrometheus(b *testing.B) { measurePrometheus(b) }
func BenchmarkCompile(b *testing.B)    { measureCompile(b) }

// report gives the benchmark its figures, in place of the time of a loop.
func report(b *testing.B, figures map[string]float64) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	for unit, value := range figures {
		b.ReportMetric(value, unit)
	}
}
