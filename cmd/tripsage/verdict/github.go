package verdict

import (
	"fmt"
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// Annotations are the violations as commands for GitHub Actions, which shows
// them at the file. GitHub keeps ten of each kind for a step; the mandatory
// ones come first.
func Annotations(s engine.Summary, file string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var commands strings.Builder
	for _, v := range s.Violations {
		fmt.Fprintf(&commands, "::%s file=%s,title=%s::%s\n",
			annotation(v), property.Replace(file), property.Replace(v.Rule), data.Replace(v.Message))
	}
	return commands.String()
}

// annotation is the command's name.
func annotation(v engine.Violation) string {
	switch {
	case v.Level == engine.Mandatory:
		return "error"
	case v.Severity == "low" || v.Severity == "medium":
		return "notice"
	default:
		return "warning"
	}
}
