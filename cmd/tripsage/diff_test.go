package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/stacks"
)

func TestDifferenceTable(t *testing.T) {
	rows := []stacks.Difference{
		{Key: "api.replicas.min", A: 2, B: 3},
		{Key: "kubernetes.context", A: "", B: "production"},
		{Key: "kubernetes.protect", A: false, B: true},
		{Key: "database.url", A: "[secret]", B: nil},
		{Key: "vercel.redirectDomains", A: []string{}, B: []string{"tripsage.ai", "www.tripsage.ai"}},
		{Key: "github.reviewers", A: []int{1}, B: []int{2, 3}},
		{Key: "images.api", A: "ghcr.io/tripsage/api@sha256:" + strings.Repeat("1", 64), B: "(built by tripsage up)"},
		{Key: "some.text", A: "a\x1b[2Jb", B: "é"},
	}
	assert.Equal(t, `KEY                     staging                                       production
api.replicas.min        2                                             3
kubernetes.context      (empty)                                       production
kubernetes.protect      false                                         true
database.url            [secret]                                      (not set)
vercel.redirectDomains  (none)                                        tripsage.ai
                                                                      www.tripsage.ai
github.reviewers        1                                             2
                                                                      3
images.api              ghcr.io/tripsage/api@sha256:1111111111111111  (built by tripsage up)
                          111111111111111111111111111111111111111111
                          111111
some.text               "a\x1b[2Jb"                                   é

8 of 100 keys differ between staging and production
`, differenceTable("staging", "production", rows, 8, 100))
	assert.Equal(t, "0 of 100 keys differ between a and b\n", differenceTable("a", "b", nil, 0, 100))
}

func TestDiff(t *testing.T) {
	project := t.TempDir()
	write(t, project, "a", configOf(t, "local"))
	write(t, project, "b", with(configOf(t, "local"), "tripsage:api.logLevel", "warn"))
	out, err := tripsage(t, "diff", "a", "b", "--project", project)
	require.NoError(t, err)
	assert.Regexp(t, `^KEY           a      b
api.logLevel  debug  warn

1 of \d+ keys differ between a and b
$`, out)

	out, err = tripsage(t, "diff", "a", "b", "--project", project, "--all")
	require.NoError(t, err)
	assert.Contains(t, out, "\nkubernetes.namespace ")

	out, err = tripsage(t, "diff", "a", "b", "--project", project, "--json")
	require.NoError(t, err)
	var report comparison
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, comparison{A: "a", B: "b", Keys: []stacks.Difference{
		{Key: "api.logLevel", A: "debug", B: "warn", Differs: true},
	}}, report)

	out, err = tripsage(t, "diff", "a", "a", "--project", project, "--json")
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"a","b":"a","keys":[]}`, out)
}

// What sets production apart, to be read by people when it changes.
func TestStagingAndProduction(t *testing.T) {
	out, err := tripsage(t, "diff", "staging", "production", "--project", "../..")
	require.NoError(t, err)
	pulumitest.Golden(t, "staging-production.txt", []byte(out))
}

func TestDiffNamesWhatIsWrong(t *testing.T) {
	_, err := tripsage(t, "diff", "local", "prod", "--project", "../..")
	assert.ErrorContains(t, err, `stack "prod": there is no Pulumi.prod.yaml`)
	_, err = tripsage(t, "diff", "local")
	assert.ErrorContains(t, err, "accepts 2 arg(s), received 1")
}
