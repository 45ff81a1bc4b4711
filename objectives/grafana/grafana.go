// Package grafana draws the dashboards of package objectives with Grafana's own
// builders, so that a wrong field does not compile.
package grafana

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/tripsage/infrastructure/objectives"
)

// Source is the id of the data source that dashboards ask.
const Source = "prometheus"

const (
	columns = 24 // of Grafana's grid
	width   = columns / 3
	height  = 8
)

// Dashboards are all dashboards as JSON, by file name.
func Dashboards() (map[string]string, error) {
	all := map[string]string{}
	for _, board := range objectives.Boards() {
		built, err := draw(board)
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", board.ID, err)
		}
		text, err := json.MarshalIndent(built, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", board.ID, err)
		}
		all[board.ID+".json"] = string(text) + "\n"
	}
	return all, nil
}

// The classic model of dashboards is what Grafana reads from files: dashboardv2
// is for its API.
//
//nolint:staticcheck // see above
func draw(board objectives.Board) (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(board.Title).
		Uid(board.ID).Description(board.Description).Tags([]string{"tripsage"}).
		Readonly().Refresh("30s").Time("now-3h", "now").Timezone(common.TimeZoneBrowser).
		Tooltip(dashboard.DashboardCursorSyncCrosshair)
	for _, row := range board.Rows {
		builder = builder.WithRow(dashboard.NewRowBuilder(row.Title))
		for _, panel := range row.Panels {
			builder = builder.WithPanel(plot(panel))
		}
	}
	built, err := builder.Build()
	if err != nil {
		return built, err
	}
	return built, built.Validate()
}

func plot(p objectives.Panel) cog.Builder[dashboard.Panel] {
	source := common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr(Source)}
	builder := timeseries.NewPanelBuilder().
		Title(p.Title).Description(p.Description).Unit(p.Unit).
		Span(width).Height(height).Datasource(source).
		FillOpacity(10).ShowPoints(common.VisibilityModeNever)
	if p.Limit != 0 {
		builder = builder.
			Thresholds(dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps([]dashboard.Threshold{
				{Color: "green"}, {Value: cog.ToPtr(p.Limit), Color: "red"},
			})).
			ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeLine))
	}
	for i, query := range p.Queries {
		builder = builder.WithTarget(prometheus.NewDataqueryBuilder().
			RefId(string(rune('A' + i))).
			Expr(strings.ReplaceAll(query.Expr, objectives.Window, "$__rate_interval")).
			LegendFormat(query.Legend))
	}
	return builder
}
