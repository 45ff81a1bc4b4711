package page_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/page"
)

func TestNothingIsLeftOut(t *testing.T) {
	text, err := page.Markdown()
	require.NoError(t, err)
	for _, o := range objectives.Objectives() {
		assert.Contains(t, text, "| "+o.Title+" `"+o.ID+"` |")
		assert.Contains(t, text, o.Bad+"\n"+o.Total+"\n")
	}
	for _, a := range objectives.Alerts() {
		assert.Contains(t, text, "| `"+a.Name+"` | "+string(a.Severity)+" |")
		assert.Contains(t, text, "# "+a.Name+"\n"+a.Expr+"\n")
	}
	for _, b := range objectives.Boards() {
		_, section, _ := strings.Cut(text, "### "+b.Title+"\n")
		section, _, _ = strings.Cut(section, "### ")
		for _, row := range b.Rows {
			for _, p := range row.Panels {
				assert.Contains(t, section, "| "+p.Title+" | "+p.Unit+" | "+p.Description+" |")
			}
		}
	}
	assert.Contains(t, text, "| 14.4 times the allowed | 1h | 5m | 2 % | critical |")
	assert.Contains(t, text, "fewer than 99.9 % of its requests succeed, or its 99th percentile is above 500ms")
	assert.Contains(t, text, "| alert `CacheMemoryHigh`; panel \"Memory\" of TripSage: cache;")
}

// A cell with a bar would be two, and a row with more cells than the head is cut.
func TestTablesAreWhole(t *testing.T) {
	text, err := page.Markdown()
	require.NoError(t, err)
	cells := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			cells = 0
			continue
		}
		have := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if cells == 0 {
			cells = have
		}
		assert.Equal(t, cells, have, line)
	}
}
