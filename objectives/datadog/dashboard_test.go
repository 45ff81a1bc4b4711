package datadog_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/datadog"
)

var formula = regexp.MustCompile(`^(?:[a-d]|[0-9]+|default_zero|top|'mean'|'desc'|[-+*/(), ])+$`)

func TestDashboards(t *testing.T) {
	boards, err := datadog.Dashboards()
	require.NoError(t, err)
	for id, board := range boards {
		assert.Equal(t, "ordered", board.LayoutType)
		assert.Equal(t, "env", board.TemplateVariables[0].Name)
		for _, group := range board.Widgets {
			for _, widget := range group.Definition.Widgets {
				name := id + ": " + widget.Definition.Title
				require.NotEmpty(t, widget.Definition.Requests, name)
				for _, request := range widget.Definition.Requests {
					for _, q := range request.Queries {
						assert.Regexp(t, "^"+query.String()+"$", q.Query, name)
						assert.Contains(t, q.Query, "{service:tripsage-api AND $env", name)
						assert.Contains(t, request.Formulas[0].Formula, q.Name, "%s: a query that nothing draws", name)
					}
					assert.Regexp(t, formula, request.Formulas[0].Formula, name)
				}
			}
		}
	}
	release := boards["tripsage-release"].Widgets[0].Definition.Widgets
	assert.Equal(t, "sum:tripsage.build_info{service:tripsage-api AND $env} by {version}", release[0].Definition.Requests[0].Queries[0].Query)
	service := boards["tripsage-service"].Widgets
	assert.Equal(t, "(a - b) / a", service[0].Definition.Widgets[1].Definition.Requests[0].Formulas[0].Formula)
	assert.Equal(t, "y = 0.05", service[0].Definition.Widgets[1].Definition.Markers[0].Value)
	assert.Equal(t, "Duration (mean)", service[1].Definition.Widgets[2].Definition.Title)
	assert.Empty(t, service[1].Definition.Widgets[2].Definition.Markers, "the promise is about p95")
}

// Whatever Prometheus has is in Datadog, or left out with a reason.
func TestNothingIsLostWithoutAReason(t *testing.T) {
	left, err := datadog.Left()
	require.NoError(t, err)
	why := map[string]string{}
	for _, one := range left {
		assert.NotEmpty(t, one.Why, one.What)
		why[one.What] = one.Why
	}
	boards, err := datadog.Dashboards()
	require.NoError(t, err)
	require.Len(t, boards, len(objectives.Boards()))
	for _, board := range objectives.Boards() {
		drawn := map[string]int{}
		for _, group := range boards[board.ID].Widgets {
			for _, widget := range group.Definition.Widgets {
				drawn[strings.TrimSuffix(widget.Definition.Title, " (mean)")]++
			}
		}
		for _, row := range board.Rows {
			for _, panel := range row.Panels {
				_, isLeft := why["panel \""+panel.Title+"\" of "+board.Title]
				assert.True(t, isLeft || drawn[panel.Title] > 0, "%s: %s", board.ID, panel.Title)
			}
		}
	}
	assert.Contains(t, why["alert `DatabaseConnectionsHigh`"], "PostgreSQL integration")
	assert.Contains(t, why["alert `CacheMemoryHigh`"], "Redis integration")
	assert.Contains(t, why, "burns over 3d")
}
