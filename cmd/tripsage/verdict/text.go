package verdict

import (
	"fmt"
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
)

// Line is what was found in one line, such as "96 rules, 0 violations" or
// "96 rules, 3 violations (2 mandatory)".
func Line(s engine.Summary) string {
	line := fmt.Sprintf("%s, %s", count(s.Rules, "rule"), count(len(s.Violations), "violation"))
	if mandatory := len(level(s, true)); mandatory > 0 {
		line += fmt.Sprintf(" (%d mandatory)", mandatory)
	}
	if len(s.Remedies) > 0 {
		line += fmt.Sprintf(", %d mended", len(s.Remedies))
	}
	return line
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func level(s engine.Summary, mandatory bool) []engine.Violation {
	var some []engine.Violation
	for _, v := range s.Violations {
		if (v.Level == engine.Mandatory) == mandatory {
			some = append(some, v)
		}
	}
	return some
}

// Text is what was found for a person to read, by level, resource and rule; ""
// when that is nothing.
func Text(s engine.Summary, color bool) string {
	t := text{color: color}
	if found := level(s, true); len(found) > 0 {
		t.group(red, "Policies: "+count(len(found), "mandatory violation"), found)
	}
	if found := level(s, false); len(found) > 0 {
		t.group(yellow, "Policies: "+count(len(found), "advisory violation"), found)
	}
	if len(s.Remedies) > 0 {
		t.line(0, bold, "Policies: mended "+count(len(s.Remedies), "resource")+" before the rest was judged")
		for _, r := range s.Remedies {
			t.line(2, "", kindOf(r.Type)+" "+r.Name+": "+r.Rule)
		}
	}
	return t.String()
}

type text struct {
	strings.Builder
	color bool
}

// group lists violations in their order. Those of one rule at one resource
// share the fix.
func (t *text) group(color, heading string, found []engine.Violation) {
	t.line(0, bold+color, heading)
	for i, v := range found {
		now := read(v)
		same := i > 0 && found[i-1].URN == v.URN
		if !same {
			t.line(2, bold, now.resource)
		}
		if !same || found[i-1].Rule != v.Rule {
			t.line(4, color, v.Rule+severity(v))
		}
		t.line(6, "", now.what)
		if last := i+1 == len(found) || found[i+1].URN != v.URN || found[i+1].Rule != v.Rule; last {
			t.line(6, "", now.fix)
			t.line(6, dim, now.see)
		}
	}
}

func severity(v engine.Violation) string {
	if v.Severity == "" {
		return ""
	}
	return " (" + v.Severity + ")"
}

// line writes each line of what is said, if anything is.
func (t *text) line(indent int, color, said string) {
	if said == "" {
		return
	}
	for one := range strings.SplitSeq(said, "\n") {
		t.WriteString(strings.Repeat(" ", indent))
		if t.color && color != "" {
			one = color + one + reset
		}
		t.WriteString(one + "\n")
	}
}
