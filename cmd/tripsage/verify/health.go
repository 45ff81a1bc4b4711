package verify

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func healthChecks() []check {
	return []check{
		{group: "health", name: "GET /health", expected: "200 and up", try: live},
		{group: "health", name: "GET /health/ready", expected: "200 and ready", try: ready},
		{group: "health", name: "GET /health/detailed", expected: "database, cache and everything else up", try: detailed},
	}
}

func live(ctx context.Context, r *run) finding {
	var body struct{ Status string }
	got, fault := r.wants(ctx, http.StatusOK, http.MethodGet, "/health", "", false, &body)
	switch {
	case fault != nil:
		return *fault
	case body.Status != "up":
		return bad(fmt.Sprintf("status %q", body.Status), "does another program answer at this address?")
	}
	return ok("up in %s", short(got.took))
}

func ready(ctx context.Context, r *run) finding {
	var body struct{ Ready bool }
	got, fault := r.wants(ctx, http.StatusOK, http.MethodGet, "/health/ready", "", false, &body)
	switch {
	case fault != nil:
		return *fault
	case !body.Ready:
		return bad("not ready: "+excerpt(got.body), "does another program answer at this address?")
	}
	return ok("ready in %s", short(got.took))
}

func detailed(ctx context.Context, r *run) finding {
	var body struct {
		Status       string
		Dependencies map[string]struct{ Status, Error string }
	}
	if _, fault := r.wants(ctx, http.StatusOK, http.MethodGet, "/health/detailed", "", false, &body); fault != nil {
		return *fault
	}
	var down, names []string
	for _, name := range slices.Sorted(maps.Keys(body.Dependencies)) {
		names = append(names, name)
		if one := body.Dependencies[name]; one.Status != "up" {
			down = append(down, strings.TrimSpace(name+" is "+one.Status+" "+one.Error))
		}
	}
	switch {
	case len(names) == 0:
		return bad("no dependency is named", "does another program answer at this address?")
	case len(down) > 0 || body.Status != "up":
		return bad(fmt.Sprintf("%s: %s", body.Status, strings.Join(down, ", ")), "docs/runbooks/api.md says what to do for each dependency")
	}
	return ok("%s are up", strings.Join(names, ", "))
}
