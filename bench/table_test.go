package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"
	"text/tabwriter"
	"time"
)

// table collects the figures of one run.
type table struct {
	rows     []row
	start    time.Duration // of our program, until it is ready
	idle     int64         // bytes of memory then
	recall   float64
	delivery [2]time.Duration
	hits     float64
}

type row struct {
	stack, scenario string
	connections     int
	result
}

func (t *table) add(stack, scenario string, connections int, r result) {
	t.rows = append(t.rows, row{stack, scenario, connections, r})
}

func (t *table) find(stack, scenario string, connections int) (row, bool) {
	for _, r := range t.rows {
		if r.stack == stack && r.scenario == scenario && r.connections == connections {
			return r, true
		}
	}
	return row{}, false
}

// print writes the table, and the figures that the documents have targets for as metrics.
func (t *table) print(b *testing.B) {
	b.Helper()
	t.write(os.Stdout)
	b.ReportMetric(t.recall, "recall@10")
	b.ReportMetric(100*t.hits, "%cache-hits")
	b.ReportMetric(milliseconds(t.delivery[1]), "ms-delivery-p95")
	b.ReportMetric(milliseconds(t.start), "ms-to-ready")
	if search, ok := t.find("Go", "memory search", 16); ok {
		b.ReportMetric(search.perSecond(), "searches/s")
		b.ReportMetric(float64(search.P95)/1000, "ms-search-p95")
		if limit, ok := t.find("pgbench", "memory search", 16); ok {
			b.ReportMetric(100*search.perSecond()/limit.perSecond(), "%of-pgbench")
		}
	}
}

func (t *table) write(to io.Writer) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nrequests\tconnections\tstack\tper s\tper s and core\tp50 ms\tp95 ms\tp99 ms\tMiB\t"+
		"share of the CPUs: server\tdatabase\tcache\tload\tothers\tidle\tGo has, per core of FastAPI")
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%d\t%s\t%.0f\t", r.scenario, r.connections, r.stack, r.perSecond())
		if r.stack == "pgbench" {
			fmt.Fprint(w, "\t\t\t\t\t")
		} else {
			fmt.Fprintf(w, "%.0f\t%.2f\t%.2f\t%.2f\t%d\t", r.perCore(), float64(r.P50)/1000, float64(r.P95)/1000,
				float64(r.P99)/1000, r.Memory>>20)
		}
		fmt.Fprintf(w, "%s%s\n", r.shares(), t.ratio(r))
	}
	_ = w.Flush()
	fmt.Fprintf(to, "recall@10 of %d memories: %.3f; cache hits: %.2f %%; a change reaches a websocket in p50 %.1f ms, p95 %.1f ms\n",
		memories, t.recall, 100*t.hits, milliseconds(t.delivery[0]), milliseconds(t.delivery[1]))
	fmt.Fprintf(to, "our program is ready %.0f ms after its start; its memory is %d MiB idle and at most %d MiB under load\n",
		milliseconds(t.start), t.idle>>20, t.most()>>20)
}

// shares says what part of all CPUs' time each took. The load is wrk or pgbench; what is left, and not
// idle, is whatever else ran on the machine.
func (r row) shares() string {
	all := float64(r.Elapsed) * 1e3 * float64(runtime.NumCPU())
	others := r.Used.machine - r.Used.server - r.Used.database - r.Used.cache - r.Load
	text := ""
	for _, part := range []float64{
		float64(r.Used.server), float64(r.Used.database), float64(r.Used.cache), float64(r.Load), float64(others),
		all - float64(r.Used.machine),
	} {
		text += fmt.Sprintf("%.0f %%\t", max(0, 100*part/all))
	}
	return text
}

func (t *table) ratio(r row) string {
	if r.stack != "Go" {
		return ""
	}
	text := ""
	if other, ok := t.find("FastAPI", r.scenario, r.connections); ok {
		text = fmt.Sprintf("%.1f times", r.perCore()/other.perCore())
	}
	if limit, ok := t.find("pgbench", r.scenario, r.connections); ok {
		text += fmt.Sprintf("; %.0f %% of pgbench", 100*r.perSecond()/limit.perSecond())
	}
	return text
}

// most is the most memory that our program had.
func (t *table) most() (bytes int64) {
	for _, r := range t.rows {
		if r.stack == "Go" {
			bytes = max(bytes, r.Memory)
		}
	}
	return bytes
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
