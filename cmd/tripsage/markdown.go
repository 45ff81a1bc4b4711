package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

// write writes the summary, if one was asked for. A preview that failed has
// one too: the pull request shows why.
func (f previewFlags) write(stack string, summary engine.Summary, failed error) error {
	if f.summary == "" {
		return nil
	}
	if err := os.WriteFile(f.summary, []byte(markdown(stack, summary, failed)), 0o644); err != nil { //nolint:gosec // for others to read
		return fmt.Errorf("--summary: %w", err)
	}
	return nil
}

// markdown is the preview for a pull request: one line, and what is behind it
// folded away. No values are in it, so no secrets are.
func markdown(stack string, summary engine.Summary, failed error) string {
	var text strings.Builder
	if failed != nil && !judged(failed) {
		fmt.Fprintf(&text, "### Preview of `%s` failed\n\n%s", stack, fenced(failed.Error()))
		return text.String()
	}
	fmt.Fprintf(&text, "### Preview of `%s`: %s\n", stack, describeChanges(summary, false))
	if changes := listChanges(summary); changes != "" {
		text.WriteString("\n<details><summary>Changes</summary>\n\n" + fenced(changes) + "\n</details>\n")
	}
	if summary.Rules > 0 {
		text.WriteString("\nPolicy: " + verdict.Line(summary) + "\n")
	}
	if len(summary.Violations) > 0 {
		open := ""
		if failed != nil {
			open = " open"
		}
		text.WriteString("\n<details" + open + "><summary>Violations</summary>\n\n" + fenced(verdict.Text(summary, false)) + "\n</details>\n")
	}
	return text.String()
}

// fenced is a block of code around whatever text: longer fences than any in it.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}
