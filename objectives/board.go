package objectives

// Board is a dashboard, whoever draws it.
type Board struct {
	// ID is stable: addresses have it.
	ID, Title, Description string
	Rows                   []Row
}

// Row is a line of panels.
type Row struct {
	Title  string
	Panels []Panel
}

// Panel is one drawing.
type Panel struct {
	Title string
	// Description says what to see in it and what is normal.
	Description string
	// Unit is Grafana's name of the values' unit: reqps, s, percentunit, bytes,
	// short, ops, cps.
	Unit string
	// Limit is drawn as a line, if it is not 0: what was promised.
	Limit   float64
	Queries []Query
}

// Query is one curve or several, by labels.
type Query struct {
	// Expr is PromQL. [$window] is the window that suits the drawing's scale.
	Expr string
	// Legend names a curve, with {{label}}.
	Legend string
}

// Boards are all dashboards.
func Boards() []Board {
	return []Board{serviceBoard(), databaseBoard(), cacheBoard(), releaseBoard(), businessBoard()}
}

func one(expr, legend string) []Query { return []Query{{Expr: expr, Legend: legend}} }

// quantiles are the 50th, 95th and 99th percentile of a histogram.
func quantiles(bucket string) []Query {
	var all []Query
	for _, q := range []struct{ share, legend string }{{"0.5", "p50"}, {"0.95", "p95"}, {"0.99", "p99"}} {
		all = append(all, Query{
			Expr: "histogram_quantile(" + q.share + ", sum by (le) (rate(" + bucket + "[$window])))", Legend: q.legend,
		})
	}
	return all
}
