package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/tripsage/infrastructure/stacks"
)

// cellWidth is where a value goes on in the next line: two of them and a key
// fit the width of a CI log. It does not hang on the terminal, so that the
// output can be compared.
const cellWidth = 44

// differenceTable is plain text: a line for each key, more where a value is
// long or a list.
func differenceTable(a, b string, rows []stacks.Difference, differing, total int) string {
	var text strings.Builder
	if len(rows) > 0 {
		keyWidth, width := len("KEY"), cells(a)
		for _, row := range rows {
			keyWidth = max(keyWidth, len(row.Key))
			width = max(width, cells(showValue(row.A)...))
		}
		line := func(key, a, b string) {
			text.WriteString(strings.TrimRight(fmt.Sprintf("%-*s  %-*s  %s", keyWidth, key, width, a, b), " ") + "\n")
		}
		line("KEY", a, b)
		for _, row := range rows {
			left, right := showValue(row.A), showValue(row.B)
			line(row.Key, left[0], right[0])
			for i := 1; i < max(len(left), len(right)); i++ {
				line("", at(left, i), at(right, i))
			}
		}
		text.WriteByte('\n')
	}
	fmt.Fprintf(&text, "%d of %d keys differ between %s and %s\n", differing, total, a, b)
	return text.String()
}

// cells gives the width of the longest text, in characters.
func cells(texts ...string) int {
	longest := 0
	for _, text := range texts {
		longest = max(longest, len([]rune(text)))
	}
	return longest
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// showValue gives the lines of a cell, at least one.
func showValue(value any) []string {
	var elements []string
	switch v := value.(type) {
	case nil:
		return []string{"(not set)"}
	case []string:
		elements = v
	case []int:
		for _, n := range v {
			elements = append(elements, strconv.Itoa(n))
		}
	default:
		elements = []string{fmt.Sprint(v)}
		if v == "" {
			elements[0] = "(empty)"
		}
	}
	if len(elements) == 0 {
		return []string{"(none)"}
	}
	var lines []string
	for _, element := range elements {
		lines = append(lines, wrap(element)...)
	}
	return lines
}

// wrap cuts long text into lines; what follows the first is indented. Control
// characters, which would break the table, are shown as Go writes them.
func wrap(value string) []string {
	if strings.ContainsFunc(value, unicode.IsControl) {
		value = strconv.Quote(value)
	}
	rest := []rune(value)
	var lines []string
	indent := ""
	for len(rest)+len(indent) > cellWidth {
		cut := cellWidth - len(indent)
		lines = append(lines, indent+string(rest[:cut]))
		rest, indent = rest[cut:], "  "
	}
	return append(lines, indent+string(rest))
}
