package verdict

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

const (
	tool       = "tripsage-policy"
	repository = "https://github.com/tripsage/infrastructure"
	pages      = repository + "/blob/main/"
)

// SARIF is what was found for code scanning, with all rules. file is the
// stack's, relative to the repository: the violations have no line of their
// own in it.
func SARIF(s engine.Summary, rules []Rule, stack, file string) ([]byte, error) {
	run := sarif.NewRunWithInformationURI(tool, repository)
	// Uploads for several stacks stand next to each other.
	run.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID(tool + "/" + stack + "/"))
	for _, rule := range rules {
		describe(run.AddRule(rule.ID), rule)
	}
	seen := map[string]int{}
	for _, v := range s.Violations {
		where := v.Rule + "\n" + v.URN
		seen[where]++
		run.AddRule(v.Rule) // does nothing unless the list of rules is another pack's
		run.CreateResultForRule(v.Rule).
			WithLevel(sarifLevel(v)).
			WithMessage(sarif.NewTextMessage(v.Message)).
			AddLocation(location(v, file)).
			// Not the message, whose values may change while the fault stays.
			WithPartialFingerprints(map[string]string{"tripsageViolation/v1": digest(where, seen[where])})
	}
	var out bytes.Buffer
	err := sarif.NewReport().AddRun(run).PrettyWrite(&out)
	return append(out.Bytes(), '\n'), err
}

func describe(to *sarif.ReportingDescriptor, rule Rule) {
	var help strings.Builder
	fmt.Fprintf(&help, "%s\n\n**Fix:** %s\n", rule.Reason, rule.Fix)
	if len(rule.Sources) > 0 {
		fmt.Fprintf(&help, "\n**Sources:** %s\n", strings.Join(rule.Sources, "; "))
	}
	to.WithDescription(rule.Title).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(rule.Reason)).
		WithHelp(sarif.NewMultiformatMessageString().
			WithText(strings.ReplaceAll(help.String(), "**", "")).WithMarkdown(help.String())).
		WithHelpURI(pages + rule.Page).
		WithProperties(sarif.NewPropertyBag().Add("security-severity", score(rule.Severity)).WithTags([]string{"security", "policy"}))
}

// score is the middle of what GitHub shows as that severity.
func score(severity string) string {
	switch severity {
	case "critical":
		return "9.5"
	case "high":
		return "8.0"
	case "medium":
		return "5.5"
	default:
		return "2.0"
	}
}

func sarifLevel(v engine.Violation) string {
	return map[string]string{"error": sarif.LevelError, "warning": sarif.LevelWarning, "notice": sarif.LevelNote}[annotation(v)]
}

func location(v engine.Violation, file string) *sarif.Location {
	return sarif.NewLocation().
		WithPhysicalLocation(sarif.NewPhysicalLocation().
			WithArtifactLocation(sarif.NewSimpleArtifactLocation(file).WithURIBaseID("%SRCROOT%")).
			WithRegion(sarif.NewRegion().WithStartLine(1))).
		AddLogicalLocation(sarif.NewLogicalLocation().WithName(v.Name).WithFullyQualifiedName(v.URN).WithKind("resource"))
}

func digest(where string, number int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", where, number))
	return hex.EncodeToString(sum[:16])
}
