// Package promql finds what has to be measured: the series that rules, alerts
// and dashboards ask for. Tests compare them with the series that there are.
package promql

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Selector picks series by a metric's name and by labels.
type Selector struct {
	Name     string
	Matchers []Matcher
}

// Matcher is a condition on one label.
type Matcher struct {
	Label string
	// Op is one of = != =~ !~.
	Op, Value string
}

// String is the selector in PromQL.
func (s Selector) String() string {
	if len(s.Matchers) == 0 {
		return s.Name
	}
	var conditions []string
	for _, m := range s.Matchers {
		conditions = append(conditions, m.Label+m.Op+strconv.Quote(m.Value))
	}
	return s.Name + "{" + strings.Join(conditions, ",") + "}"
}

// Matches tells whether a series with these labels is picked. A label that is
// not there is an empty one, as in Prometheus.
func (s Selector) Matches(name string, labels map[string]string) bool {
	return s.Name == name && !slices.ContainsFunc(s.Matchers, func(m Matcher) bool { return !m.holds(labels[m.Label]) })
}

func (m Matcher) holds(value string) bool {
	switch m.Op {
	case "=":
		return value == m.Value
	case "!=":
		return value != m.Value
	}
	like := regexp.MustCompile("^(?:" + m.Value + ")$").MatchString(value)
	return like == (m.Op == "=~")
}

// Selectors are those of a PromQL expression, in its order. It knows as much of
// the language as that takes; what it cannot read, or a selector without a
// metric's name, is an error. Prometheus judges the rest.
func Selectors(expr string) ([]Selector, error) {
	tokens, err := split(expr)
	if err != nil {
		return nil, err
	}
	var found []Selector
	for i := 0; i < len(tokens); i++ {
		word, next := strings.ToLower(tokens[i]), tokens[min(i+1, len(tokens)-1)]
		switch {
		case word == "{":
			return nil, fmt.Errorf("%s: a selector without a metric's name", expr)
		case !isName(word) || words[word]:
		case grouping[word]:
			if next == "(" {
				i += len(until(")", tokens[i:]))
			}
		case next == "(": // a function
		case next == "{":
			inside := until("}", tokens[i+2:])
			conditions, err := matchers(inside)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", expr, tokens[i], err)
			}
			found = append(found, Selector{tokens[i], conditions})
			i += len(inside) + 2
		default:
			found = append(found, Selector{Name: tokens[i]})
		}
	}
	return found, nil
}

// until are the tokens before that one, or all.
func until(end string, tokens []string) []string {
	if n := slices.Index(tokens, end); n >= 0 {
		return tokens[:n]
	}
	return tokens
}

// token is one of PromQL; a whole window in brackets counts as one.
var token = regexp.MustCompile(`^(?:\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.][0-9a-zA-Z.]*|[=!]~|[=!<>]=|[-+*/%^(){},=<>@])`)

var (
	name = regexp.MustCompile(`^[a-zA-Z_:]`)
	// grouping words have a list of labels behind them.
	grouping = set("by without on ignoring group_left group_right")
	// words stand alone, or are aggregations with their labels before their operand.
	words = set("and or unless bool offset atan2 inf nan " +
		"sum min max avg group stddev stdvar count count_values bottomk topk quantile")
)

func set(list string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(list) {
		all[word] = true
	}
	return all
}

func split(expr string) ([]string, error) {
	var tokens []string
	for rest := expr; rest != ""; {
		next := token.FindString(rest)
		if next == "" {
			return nil, fmt.Errorf("%s: cannot be read from %q on", expr, rest)
		}
		rest = rest[len(next):]
		if next = strings.TrimSpace(next); next != "" && next[0] != '#' {
			tokens = append(tokens, next)
		}
	}
	return tokens, nil
}

func isName(token string) bool { return name.MatchString(token) }

// matchers are what stands in braces.
func matchers(tokens []string) ([]Matcher, error) {
	var found []Matcher
	for condition := range slices.Chunk(tokens, 4) { // with the comma
		if len(condition) < 3 || !isName(condition[0]) || !slices.Contains([]string{"=", "!=", "=~", "!~"}, condition[1]) {
			return nil, fmt.Errorf("expected a condition such as {label=\"value\"}, found %s", strings.Join(condition, ""))
		}
		value, err := strconv.Unquote(condition[2])
		if err != nil {
			return nil, fmt.Errorf("expected a value in double quotes, found %s", condition[2])
		}
		found = append(found, Matcher{condition[0], condition[1], value})
	}
	return found, nil
}
