package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	coldRuns = 3
	warmRuns = 7
)

func measureUp(b *testing.B) {
	o := newOperator(b, "up", "auto")
	progress("up: the first one, which is not timed, builds what is not built yet")
	first, took := o.up(b, nil)
	progress("up: that took %s, on a %s", seconds(took), first.nodesNote())

	var cold, warm times
	for i := range coldRuns {
		o.purge(b)
		r, took := o.up(b, nil)
		require.NotEmpty(b, r.Update.Changes, "a cold up makes everything")
		cold = append(cold, took)
		progress("up: cold %d of %d in %s", i+1, coldRuns, seconds(took))
	}
	for i := range warmRuns {
		r, took := o.up(b, nil)
		require.Empty(b, r.Update.Changes, "a warm up changes nothing")
		warm = append(warm, took)
		progress("up: warm %d of %d in %s", i+1, warmRuns, seconds(took))
	}

	suite.results.add("tripsage up ("+first.nodesNote()+")", [][]string{
		columns(),
		cold.row("cold: empty state folder", cold),
		warm.row("warm: nothing to change", cold),
	}, "Programs and images were built before and came from the cache, cold too.")
	report(b, map[string]float64{
		"cold-s": cold.median().Seconds(), "warm-s": warm.median().Seconds(),
		"warm/cold": ratio(warm.median(), cold.median()),
	})
}
