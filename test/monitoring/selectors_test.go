package monitoring

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/promql"
	"github.com/tripsage/infrastructure/objectives/rules"
)

// Prometheus' own parser finds the same selectors as package promql: promtool
// adds a condition to each.
func TestPromtoolFindsTheSameSelectors(t *testing.T) {
	var exprs, want []string
	for _, e := range append(promql.OfRules(rules.Groups(rules.Options{Speed: 1})), promql.OfBoards(objectives.Boards())...) {
		exprs = append(exprs, "("+strings.ReplaceAll(e.Expr, objectives.Window, "5m")+")")
		selectors, err := promql.Selectors(e.Expr)
		require.NoError(t, err, e.Owner)
		for _, s := range selectors {
			s.Matchers = append(s.Matchers, promql.Matcher{Label: "found", Op: "=", Value: "yes"})
			slices.SortFunc(s.Matchers, func(a, b promql.Matcher) int { return strings.Compare(a.Label, b.Label) }) // as promtool does
			want = append(want, s.String())
		}
	}
	require.Greater(t, len(want), 150)
	out, err := tool(t, "promtool", "--experimental", "promql", "label-matchers", "set", strings.Join(exprs, " or "), "found", "yes")
	require.NoError(t, err, out)
	assert.Equal(t, want, regexp.MustCompile(`[\w:]+\{[^{}]*\}`).FindAllString(out, -1))
}
