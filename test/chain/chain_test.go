package chain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	version = "v1.2.3"
	image   = "ghcr.io/tripsage/tripsage-api@"
)

// TestChain is the way of one change from its pull request to its users.
func TestChain(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("a deployment is tried on a real node, and that needs root: run this as root")
	}
	w := newWorld(t)
	w.initStacks(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *world)
	}{
		{"PullRequest", testPullRequest}, {"Main", testMain}, {"Tag", testTag}, {"Night", testNight},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, w) }) {
			break // the next part begins with what this one has left
		}
	}
	assert.Empty(t, w.github.refused, "what was asked of GitHub and Vercel")
}

func testPullRequest(t *testing.T, w *world) {
	r := w.run(t, "pull-request.yml", values{"github.event.pull_request.number": "7"})
	for _, stack := range environments() {
		comments := w.github.commentsOf(stack)
		require.Len(t, comments, 1, stack)
		assert.Contains(t, comments[0], "to create")
		assert.Contains(t, comments[0], "rules, 0 violations")
		found, err := sarif.FromString(r.sarif["policy-"+stack], sarif.WithStrictValidation())
		require.NoError(t, err)
		require.NoError(t, found.Validate())
		assert.Empty(t, found.Runs[0].Results)
		assert.Greater(t, len(found.Runs[0].Tool.Driver.Rules), 50)
		assert.Empty(t, w.cluster.serves(t, stack), "nothing was changed")
	}
	// The next push changes the comment.
	log, _, err := w.make(t, "ci-comment", r.find(t, "preview production", "ci-comment").env)
	require.NoError(t, err, log)
	assert.Len(t, w.github.comments, 2, "one for each stack")
}

func testMain(t *testing.T, w *world) {
	w.simplify(t)
	r := w.run(t, "main.yml", nil)
	push := r.find(t, "image", "ci-push")
	assert.Equal(t, image+push.outputs["digest"], push.outputs["image"])
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, push.outputs["digest"])
	assert.Equal(t, push.outputs["digest"], strings.TrimSpace(lastLine(r.find(t, "image", "image").log)), "what was built")
	assert.Equal(t, push.outputs["digest"], w.digest(t, "sha-"+w.commit))
	assert.Equal(t, push.outputs["digest"], w.digest(t, "staging-"+w.commit), "the mark that staging ran it")

	deploy := r.find(t, "staging", "deploy")
	assert.Equal(t, push.outputs["image"], deploy.env["IMAGE"])
	assert.Equal(t, push.outputs["image"], w.cluster.serves(t, "staging"))
	assert.Regexp(t, `Verification: done in \S+ \(19 ok, 0 failed, 0 skipped\)`, deploy.log)
	assert.Regexp(t, `Image `+short(push.outputs["digest"])+`: done in \S+ \(found\)`, deploy.log)
	assert.Regexp(t, `Preview of staging: done in \S+ \(\d+ to create; policy: \d+ rules, \d+ violations\)`, deploy.log)
	assert.Regexp(t, `\nPolicies: \d+ advisory violations\n`, deploy.log)
}

func testTag(t *testing.T, w *world) {
	staging := w.cluster.serves(t, "staging")
	r := w.run(t, "release.yml", values{"github.ref_name": version})
	resolved := r.find(t, "production", "image-resolve").outputs["digest"]
	assert.Equal(t, staging, image+resolved, "what staging runs")
	assert.Equal(t, staging, w.cluster.serves(t, "production"), "the very same")
	assert.Equal(t, resolved, w.digest(t, version))
	assert.Regexp(t, `Verification: done in \S+ \(19 ok, 0 failed, 0 skipped\)`, r.find(t, "production", "deploy").log)

	t.Run("Refused", func(t *testing.T) {
		// Production's own policies forbid a stack for one machine.
		again := r.find(t, "production", "deploy").env
		again["ARGS"] = "--json --sarif deploy.sarif"
		log, _, err := w.make(t, "deploy", again)
		require.Error(t, err)
		assert.Regexp(t, `Policies: \d+ mandatory violations\n`, log)
		assert.Regexp(t, `Error: refused: \d+ mandatory violations of the policies, listed above: nothing was changed`, log)
		assert.Contains(t, log, `"exit_code": 1`)
		assert.Contains(t, log, `"level": "mandatory"`, "the report has the preview")
		text, err := os.ReadFile(filepath.Join(w.clone, "deploy.sarif"))
		require.NoError(t, err)
		assert.Contains(t, string(text), `"level": "error"`)
		assert.Equal(t, staging, w.cluster.serves(t, "production"))
	})
}

// What was deployed is what is declared.
func testNight(t *testing.T, w *world) {
	r := w.run(t, "nightly.yml", nil)
	for _, stack := range environments() {
		assert.Contains(t, r.find(t, "drift "+stack, "drift").log, "(no changes; policy: ")
	}
}

// digest is that of the API's image by a tag.
func (w *world) digest(t *testing.T, tag string) string {
	t.Helper()
	reference, err := name.NewTag(w.cluster.registry+"/"+owner+"/tripsage-api:"+tag, name.Insecure)
	require.NoError(t, err)
	found, err := remote.Head(reference)
	require.NoError(t, err)
	return found.Digest.String()
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// short is how progress names a digest.
func short(digest string) string { return strings.TrimPrefix(digest, "sha256:")[:12] }
