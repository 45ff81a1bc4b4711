package infra

import (
	"slices"
	"strings"
)

// origins are the pages that may call the API from a browser: those that are
// listed and the frontend's own domain, each once.
func (s Spec) origins() []string {
	var origins []string
	add := func(all ...string) {
		for _, origin := range all {
			if !slices.Contains(origins, origin) {
				origins = append(origins, origin)
			}
		}
	}
	if s.Mesh != nil {
		add(s.Mesh.Origins...)
	}
	add(s.API.AllowedOrigins...)
	if s.Vercel != nil {
		add("https://" + s.Vercel.Domain)
	}
	return origins
}

// meshOrigins leaves out the pages without TLS that a developer's machine serves:
// they call an API that is on the same machine.
func (s Spec) meshOrigins() []string {
	return slices.DeleteFunc(s.origins(), func(origin string) bool { return !strings.HasPrefix(origin, "https://") })
}
