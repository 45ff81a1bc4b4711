package promql

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSelectors(t *testing.T) {
	for expr, want := range map[string][]string{
		`up`:                         {`up`},
		`up{}`:                       {`up`},
		`absent(up{job="a"} == 1)`:   {`up{job="a"}`},
		"# a comment\nup # another":  {`up`},
		`a:b:rate5m{slo="x"} > 1e-3`: {`a:b:rate5m{slo="x"}`},
		`sum(rate(x_total{job="a",status=~"5.."}[5m])) > 0.1`:                     {`x_total{job="a",status=~"5.."}`},
		`sum by (le, by) (rate(x_bucket[$window])) or vector(0)`:                  {`x_bucket`},
		`sum (x) without(pod) / SUM BY (a) (y)`:                                   {`x`, `y`},
		`a * on (pod) group_left (version) b{c!="d"}`:                             {`a`, `b{c!="d"}`},
		`a * ignoring (pod) group_right b`:                                        {`a`, `b`},
		`topk(5, histogram_quantile(.95, x)) unless y offset 5m and bool > z`:     {`x`, `y`, `z`},
		`max_over_time(rate(x{ a = "b" , c !~ "d|e", }[5m])[1h:1m] @ start()) -1`: {`x{a="b",c!~"d|e"}`},
		`x{a="br}ac\"e{d"} < Inf`:                                                 {`x{a="br}ac\"e{d"}`},
		`count_values("version", x)`:                                              {`x`},
		`1 + 2`:                                                                   nil,
	} {
		found, err := Selectors(expr)
		require.NoError(t, err, expr)
		var have []string
		for _, s := range found {
			have = append(have, s.String())
		}
		assert.Equal(t, want, have, expr)
	}
}

func TestSelectorsThatCannotBeRead(t *testing.T) {
	for expr, want := range map[string]string{
		`{job="a"}`:  "without a metric's name",
		`x{a=b}`:     "expected a value in double quotes, found b",
		`x{a=="b"}`:  `expected a condition such as {label="value"}, found a=="b"`,
		`x{a=}`:      `expected a condition such as {label="value"}, found a=`,
		`x{"a"="b"}`: "expected a condition",
		`x; y`:       `cannot be read from "; y" on`,
		`x{a='b'}`:   `cannot be read from "'b'}" on`,
	} {
		_, err := Selectors(expr)
		require.ErrorContains(t, err, want, expr)
		assert.ErrorContains(t, err, expr)
	}
}

func TestMatches(t *testing.T) {
	labels := map[string]string{"job": "a", "status": "503"}
	for expr, want := range map[string]bool{
		`x`: true, `y`: false, `x{job="a"}`: true, `x{job!="a"}`: false, `x{status=~"5.."}`: true, `x{status=~"5"}`: false,
		`x{status!~"5..|4.."}`: false, `x{pod=""}`: true, `x{pod=~".+"}`: false, `x{job="a",status="200"}`: false,
	} {
		found, err := Selectors(expr)
		require.NoError(t, err)
		assert.Equal(t, want, found[0].Matches("x", labels), expr)
	}
}
