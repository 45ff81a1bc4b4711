package grafana_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/grafana"
)

// read decodes a dashboard as Grafana's schema has it: strictly, with panels and queries of the two
// kinds that we use.
//
//nolint:staticcheck // the classic model is what Grafana reads from files
func read(text string) (dashboard.Dashboard, error) {
	cog.NewRuntime().RegisterPanelcfgVariant(timeseries.VariantConfig())
	cog.NewRuntime().RegisterDataqueryVariant(prometheus.VariantConfig())
	// The SDK's strict reader returns an error that has no faults in it when all is well, and then
	// leaves the panels out. So it judges, and the other one reads.
	var read, strictly dashboard.Dashboard
	if err := faultsOf(strictly.UnmarshalJSONStrict([]byte(text))); err != nil {
		return read, err
	}
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return read, err
	}
	return read, errors.Join(strictQueries(text), read.Validate())
}

func faultsOf(err error) error {
	var faults cog.BuildErrors
	if errors.As(err, &faults) && len(faults) == 0 {
		return nil
	}
	return err
}

// strictQueries reads the queries, which the strict reader of dashboards does not get to.
func strictQueries(text string) error {
	var raw struct {
		Panels []struct{ Targets []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return err
	}
	for _, panel := range raw.Panels {
		for _, target := range panel.Targets {
			var query prometheus.Dataquery
			if err := faultsOf(query.UnmarshalJSONStrict(target)); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestDashboardsFollowGrafanasSchema(t *testing.T) {
	files, err := grafana.Dashboards()
	require.NoError(t, err)
	require.Len(t, files, len(objectives.Boards()))
	for _, board := range objectives.Boards() {
		made, err := read(files[board.ID+".json"])
		require.NoError(t, err, board.ID)
		assert.Equal(t, board.ID, *made.Uid)
		assert.Equal(t, board.Title, *made.Title)
		var panels []dashboard.Panel
		for _, one := range made.Panels {
			if one.Panel != nil {
				panels = append(panels, *one.Panel)
			}
			if one.RowPanel != nil {
				panels = append(panels, one.RowPanel.Panels...)
			}
		}
		var want []objectives.Panel
		for _, row := range board.Rows {
			want = append(want, row.Panels...)
		}
		require.Len(t, panels, len(want), board.ID)
		for i, panel := range panels {
			name := board.ID + ": " + *panel.Title
			assert.Equal(t, want[i].Title, *panel.Title)
			assert.Equal(t, want[i].Description, *panel.Description, name)
			assert.Equal(t, want[i].Unit, *panel.FieldConfig.Defaults.Unit, name)
			assert.Contains(t, units, *panel.FieldConfig.Defaults.Unit, "%s: Grafana does not know the unit", name)
			assert.Equal(t, grafana.Source, *panel.Datasource.Uid, name)
			require.Len(t, panel.Targets, len(want[i].Queries), name)
			for j, target := range panel.Targets {
				query, ok := target.(*prometheus.Dataquery)
				require.True(t, ok, "%s: %T", name, target)
				assert.Equal(t, strings.ReplaceAll(want[i].Queries[j].Expr, objectives.Window, "$__rate_interval"), query.Expr, name)
			}
		}
	}
}

// units are ids of Grafana's (packages/grafana-data/src/valueFormats/categories.ts).
const units = "short percentunit reqps ops cps s bytes Bps dateTimeFromNow"

func TestTheReaderIsStrict(t *testing.T) {
	files, err := grafana.Dashboards()
	require.NoError(t, err)
	good := files["tripsage-cache.json"]
	for _, change := range [][2]string{
		{`"title": "Lookups"`, `"titel": "Lookups"`},
		{`"expr":`, `"promql":`},
		{`"unit": "ops"`, `"unit": 5`},
		{`"fieldConfig":`, `"fieldsConfig":`},
		{`"uid": "tripsage-cache"`, `"uuid": "tripsage-cache"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		require.NotEqual(t, good, bad)
		_, err := read(bad)
		assert.Error(t, err, change[1])
	}
}
