package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// results is what the run prints at its end.
type results struct{ sections []string }

// machine is the first section: figures mean little without it.
func (r *results) machine() {
	line := fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		line += ", load " + strings.Fields(string(load))[0] + " before the run"
	}
	r.sections = append(r.sections, line+"\n")
}

// add adds a table; the first row names its columns.
func (r *results) add(title string, rows [][]string, notes ...string) {
	var text strings.Builder
	fmt.Fprintln(&text, title)
	columns := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(columns, "  "+strings.Join(row, "\t"))
	}
	_ = columns.Flush() // a strings.Builder takes everything
	for _, note := range notes {
		fmt.Fprintln(&text, "  "+note)
	}
	r.sections = append(r.sections, text.String())
}

func (r *results) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s\n%s\n", strings.Repeat("=", 72), strings.Join(r.sections, "\n"))
}

// times are repeated measurements of one thing.
type times []time.Duration

// median of an even number is the mean of the two in the middle.
func (t times) median() time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// row shows the measurements next to the median of their baseline.
func (t times) row(name string, baseline times) []string {
	return []string{
		name, seconds(t.median()), seconds(slices.Min(t)) + " to " + seconds(slices.Max(t)),
		fmt.Sprint(len(t)), fmt.Sprintf("%.2f", ratio(t.median(), baseline.median())),
	}
}

func columns() []string { return []string{"", "median", "range", "runs", "ratio"} }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
