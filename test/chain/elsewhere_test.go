package chain

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere are the steps that do not run here, and why not. The list is short
// and read by people: a step that is neither run nor listed fails the test.
func elsewhere() map[string]string {
	return map[string]string{
		"make test":                       "it is what runs this test",
		"make chain":                      "it is this test",
		"make e2e":                        "`make test` runs it beside this test",
		`make "$TARGET"`:                  "`make test` runs lint to monitoring; image runs here, in main.yml",
		"make vet-tools":                  "it takes many minutes and touches no cluster",
		"make scan":                       "it needs the database of vuln.go.dev; `make containers` tests the scanner with a database of its own",
		"make sign":                       "Sigstore signs for the identity of a GitHub job",
		"make verify-signature":           "there is no signature without Sigstore",
		"actions/cache":                   "it saves time and changes nothing",
		"actions/attest-build-provenance": "GitHub attests for the identity of its own job",
		"aquasecurity/trivy-action":       "it needs its own database, from the internet",
		"pulumi/auth-actions":             "Pulumi Cloud; the state is in a folder here, and a passphrase takes the place of the login",
		"sigstore/cosign-installer":       "nothing is signed here",
	}
}

// here are the steps that run.
func here() []string {
	return []string{
		checkout, upload, // in the form that this package gives them
		"make image", "make sbom", "make ci-push", "make image-resolve", "make image-tag",
		"make ci-kubeconfig", "make ci-preview", "make ci-comment", "make deploy", "make drift",
	}
}

func TestEveryStepIsRunOrListed(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*")
	require.NoError(t, err)
	require.Len(t, files, 4, "a workflow that this package does not know")
	met := map[string]bool{}
	for _, file := range files {
		for _, j := range read(t, filepath.Base(file)) {
			for _, s := range j.Steps {
				met[s.what()] = true
				if elsewhere()[s.what()] == "" {
					assert.Contains(t, here(), s.what(), "%s, job %s", file, j.name)
				}
			}
		}
	}
	for what := range elsewhere() {
		assert.True(t, met[what], "%s is in no workflow any more", what)
		assert.NotContains(t, here(), what)
	}
	for _, what := range here() {
		assert.True(t, met[what], "%s is in no workflow any more", what)
	}
}
