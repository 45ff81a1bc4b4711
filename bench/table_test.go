package bench

import (
	"fmt"
	"io"
	"os"
	"testing"
	"text/tabwriter"
	"time"
)

// table collects the figures of one run.
type table struct {
	rows     []row
	pgbench  []float64 // queries per second at 1, 16 and 64 clients
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
	if search, ok := t.find("Go", "memory search", 16); ok {
		b.ReportMetric(search.perSecond(), "searches/s")
		b.ReportMetric(float64(search.P95)/1000, "ms-search-p95")
		b.ReportMetric(100*search.perSecond()/t.pgbench[1], "%of-pgbench")
	}
}

func (t *table) write(to io.Writer) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nrequests\tconnections\tstack\tper s\tper s and core\tp50 ms\tp95 ms\tp99 ms\tMiB\tGo : FastAPI per core")
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%d\t%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%d\t%s\n", r.scenario, r.connections, r.stack, r.perSecond(), r.perCore(),
			float64(r.P50)/1000, float64(r.P95)/1000, float64(r.P99)/1000, r.Memory>>20, t.ratio(r))
	}
	for i, clients := range []int{1, 16, 64} {
		if search, ok := t.find("Go", "memory search", clients); ok {
			fmt.Fprintf(w, "memory search\t%d\tpgbench\t%.0f\t\t\t\t\t\tGo has %.0f %% of it\n", clients, t.pgbench[i], 100*search.perSecond()/t.pgbench[i])
		}
	}
	_ = w.Flush()
	fmt.Fprintf(to, "recall@10 of %d memories: %.3f; cache hits: %.2f %%; a change reaches a websocket in p50 %.1f ms, p95 %.1f ms\n",
		memories, t.recall, 100*t.hits, milliseconds(t.delivery[0]), milliseconds(t.delivery[1]))
}

func (t *table) ratio(r row) string {
	other, ok := t.find("FastAPI", r.scenario, r.connections)
	if !ok || r.stack != "Go" {
		return ""
	}
	return fmt.Sprintf("%.1f", r.perCore()/other.perCore())
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
