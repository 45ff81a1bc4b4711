package verify

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func releaseChecks(image string) []check {
	expected := "one image on all pods, by digest"
	if image != "" {
		expected = digestOf(image) + " on all pods"
	}
	return []check{
		{group: "release", name: "GET /version", expected: "the version of the program", try: version},
		{group: "release", name: "image", expected: expected, try: images, inside: true},
		{group: "release", name: "schema", expected: "each migration of the image applied", try: schema, inside: true},
	}
}

func version(ctx context.Context, r *run) finding {
	var body struct{ Version, Commit string }
	if _, fault := r.wants(ctx, http.StatusOK, http.MethodGet, "/version", "", false, &body); fault != nil {
		return *fault
	}
	if body.Version == "" {
		return bad("no version", "does another program answer at this address?")
	}
	return ok("%s, commit %s", body.Version, body.Commit)
}

func digestOf(image string) string {
	_, digest, _ := strings.Cut(image, "@")
	return digest
}

func images(ctx context.Context, r *run) finding {
	pods, err := r.Cluster.Images(ctx)
	if err != nil {
		return bad(err.Error(), "can this kubeconfig list pods?")
	}
	digests := map[string]int{}
	for _, image := range pods {
		digests[digestOf(image)]++
	}
	const fix = "wait for the end of the rollout, or see why it does not end: `kubectl describe deployment`"
	switch {
	case len(pods) == 0:
		return bad("no pod serves", fix)
	case len(digests) > 1 || digests[""] > 0 || (r.Image != "" && digests[digestOf(r.Image)] == 0):
		return bad(fmt.Sprintf("%v", pods), fix)
	}
	return ok("%s on %d pods", slices.Collect(maps.Keys(digests))[0], len(pods))
}

// schema takes migrations that the image does not know: an older release was
// put back, and its readiness says whether it can live with them.
func schema(ctx context.Context, r *run) finding {
	states, err := r.Cluster.Schema(ctx)
	if err != nil {
		return bad(err.Error(), "docs/runbooks/migrations.md")
	}
	var wrong []string
	newest, unknown := "", 0
	for _, at := range slices.Sorted(maps.Keys(states)) {
		switch states[at] {
		case "applied":
			newest = at
		case "unknown":
			unknown++
		default:
			wrong = append(wrong, at+" is "+states[at])
		}
	}
	switch {
	case len(wrong) > 0:
		return bad(strings.Join(wrong, ", "), "`tripsage migrate up` applies what is pending; docs/runbooks/migrations.md has the rest")
	case newest == "":
		return bad("no migration is applied", "`tripsage migrate up`")
	case unknown > 0:
		return ok("%s, and %d of a later release", newest, unknown)
	}
	return ok("%s", newest)
}
