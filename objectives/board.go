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
	// Of is what is drawn. Nil: only Prometheus has it.
	Of Measure
	// Expr is PromQL, that of Of. [$window] is the window that suits the
	// drawing's scale.
	Expr string
	// Legend names a curve, with {{label}}.
	Legend string
}

// Boards are all dashboards.
func Boards() []Board {
	return []Board{serviceBoard(), databaseBoard(), cacheBoard(), releaseBoard(), businessBoard()}
}

// raw is a query that only Prometheus can answer.
func raw(expr, legend string) []Query { return []Query{{Expr: expr, Legend: legend}} }

func draw(of Measure, legend string) Query { return Query{Of: of, Expr: of.PromQL(), Legend: legend} }

func one(of Measure, legend string) []Query { return []Query{draw(of, legend)} }

// quantiles are the 50th, 95th and 99th percentile of a histogram.
func quantiles(of Series) []Query {
	return []Query{
		draw(Quantile{Series: of, Share: 0.5}, "p50"),
		draw(Quantile{Series: of, Share: 0.95}, "p95"),
		draw(Quantile{Series: of, Share: 0.99}, "p99"),
	}
}

// orZero draws 0 while there is nothing: no fault is a curve, too.
func orZero(q Query) []Query {
	q.Expr += " or vector(0)"
	return []Query{q}
}
