package verdict

import (
	"strings"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// told is a violation's message, taken apart.
type told struct {
	resource string // its title
	what     string // what is wrong with it
	fix, see string // with their "Fix: " and "See: "
}

func read(v engine.Violation) told {
	var t told
	var what []string
	for line := range strings.Lines(v.Message) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "Fix: "):
			t.fix = line
		case strings.HasPrefix(line, "See: "):
			t.see = line
		default:
			what = append(what, line)
		}
	}
	t.what = strings.Join(what, "\n")
	t.resource, t.what = title(v, t.what)
	return t
}

// title takes the resource's title off the message, where the pack has put one:
// "Deployment staging/api: " before an object of Kubernetes, whose own name is
// better known than Pulumi's, and the type and the name before anything else.
func title(v engine.Violation, message string) (resource, rest string) {
	if v.Type == "" || v.Type == "pulumi:pulumi:Stack" {
		return "the stack as a whole", message
	}
	kind := kindOf(v.Type)
	if before, after, found := strings.Cut(message, ": "); found && strings.HasPrefix(before, kind+" ") {
		return before, after
	}
	return kind + " " + v.Name, message
}

// kindOf is Pulumi's type, or the kind of an object of Kubernetes.
func kindOf(token string) string {
	if strings.HasPrefix(token, "kubernetes:") {
		return token[strings.LastIndex(token, ":")+1:]
	}
	return token
}
