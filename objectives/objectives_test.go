package objectives_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
)

func TestObjectivesAreComplete(t *testing.T) {
	var ids []string
	for _, o := range objectives.Objectives() {
		assert.Regexp(t, regexp.MustCompile(`^[a-z][a-z_]*$`), o.ID)
		assert.NotContains(t, ids, o.ID)
		ids = append(ids, o.ID)
		assert.Greater(t, o.Target, 0.5, o.ID)
		assert.Less(t, o.Target, 1.0, o.ID)
		assert.Positive(t, o.Fewest, o.ID)
		for _, expr := range []string{o.Bad, o.Total} {
			assert.Contains(t, expr, objectives.Window, o.ID)
			assert.Contains(t, expr, `job="`+objectives.API+`"`, o.ID)
		}
		assert.NotEmpty(t, o.Promise, o.ID)
		assert.NotEmpty(t, o.Source, o.ID)
		assert.NotEmpty(t, runbook(t, o.Runbook), o.ID)
	}
}

func TestAlertsAreComplete(t *testing.T) {
	var names []string
	for _, a := range objectives.Alerts() {
		assert.NotContains(t, names, a.Name)
		names = append(names, a.Name)
		assert.Contains(t, []objectives.Severity{objectives.Critical, objectives.Warning}, a.Severity, a.Name)
		for what, text := range map[string]string{
			"expression": a.Expr, "summary": a.Summary, "description": a.Description, "source": a.Source,
		} {
			assert.NotEmpty(t, text, "%s has no %s", a.Name, what)
		}
		assert.Positive(t, a.For, a.Name)
		assert.Contains(t, runbook(t, a.Runbook), a.Name, "the runbook names its alert")
	}
	for _, name := range []string{"HighErrorRate", "SlowVectorSearch", "DatabaseConnectionsHigh"} {
		assert.Contains(t, names, name, "the deployment guide's")
	}
}

// runbook is the page, which must say what to look at, what to do and how to
// tell that it worked.
func runbook(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../docs/runbooks", page)) // #nosec G304 -- our own
	require.NoError(t, err)
	for _, part := range []string{"**Look**", "**Do**", "**It worked when**"} {
		assert.Contains(t, string(text), part, page)
	}
	return string(text)
}

func TestBoardsAreComplete(t *testing.T) {
	var ids []string
	for _, b := range objectives.Boards() {
		assert.NotContains(t, ids, b.ID)
		ids = append(ids, b.ID)
		var titles []string
		for _, row := range b.Rows {
			assert.NotEmpty(t, row.Panels, row.Title)
			for _, p := range row.Panels {
				name := b.ID + ": " + p.Title
				assert.NotContains(t, titles, row.Title+p.Title, name)
				titles = append(titles, row.Title+p.Title)
				assert.NotEmpty(t, p.Unit, name)
				assert.True(t, strings.HasSuffix(p.Description, "."), "%s: the description is a sentence", name)
				assert.NotEmpty(t, p.Queries, name)
				for _, q := range p.Queries {
					assert.NotEmpty(t, q.Legend, name)
					assert.NotRegexp(t, `rate\([^$]*\[\d`, q.Expr, "%s: a fixed window", name)
				}
			}
		}
	}
	assert.True(t, slices.Equal(ids, []string{
		"tripsage-service", "tripsage-database", "tripsage-cache", "tripsage-release", "tripsage-business",
	}), ids)
}

// The table of the workbook: a burn that is kept up uses that share.
func TestBurnsUseWhatTheySay(t *testing.T) {
	for _, b := range objectives.Burns() {
		assert.InDelta(t, b.Used, b.Factor*b.Long.Hours()/objectives.Period.Hours(), 1e-9, b.Long.String())
		assert.Equal(t, 12*b.Short, b.Long)
	}
}
