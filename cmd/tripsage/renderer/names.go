package renderer

import (
	"errors"
	"fmt"
	"strings"
)

// nameFiles gives each object the shortest name that is its own, such as
// deployment.tripsage-api.yaml. Where two would share a name both are led by
// their API group, and if that is the same, by their namespace too: names hang
// on the objects and not on the order.
func nameFiles(objects []Object) error {
	forms := []func(Object) string{short, withGroup, withNamespace}
	uses := make([]map[string]int, len(forms))
	for i, form := range forms {
		uses[i] = map[string]int{}
		for _, object := range objects {
			uses[i][form(object)]++
		}
	}
	var faults []error
	taken := map[string]bool{}
	for at := range objects {
		object := &objects[at]
		for i, form := range forms {
			if object.File = form(*object) + ".yaml"; uses[i][form(*object)] == 1 {
				break
			}
		}
		if taken[object.File] {
			faults = append(faults, fmt.Errorf("two resources are the same object: %s %s of %s in namespace %q",
				object.Kind, object.Name, object.APIVersion, object.Namespace))
		}
		taken[object.File] = true
	}
	return errors.Join(faults...)
}

func short(o Object) string { return strings.ToLower(o.Kind) + "." + safe(o.Name) }

func withGroup(o Object) string {
	group, _, hasGroup := strings.Cut(o.APIVersion, "/")
	if !hasGroup {
		group = "core"
	}
	return group + "." + short(o)
}

func withNamespace(o Object) string { return withGroup(o) + "." + o.Namespace }

// safe keeps a name from leaving the folder or meaning something to a shell.
// Names of roles may hold colons; no name in Kubernetes holds a percent sign.
func safe(name string) string {
	var out strings.Builder
	for _, b := range []byte(name) {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '.', b == '_':
			out.WriteByte(b)
		default:
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}
