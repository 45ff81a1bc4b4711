package policytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

const kubeScore = "kube-score"

// passing is kube-score's grade of an object without a finding.
const passing = 10

// kubeScorer judges stacks with kube-score, with every check that test/manifests
// runs. It gives up on input that it cannot read.
func kubeScorer(t *testing.T) func(ctx context.Context, one trialCase) (found []string, ok bool) {
	t.Helper()
	linters, err := builder(t).Linters(t.Context())
	require.NoError(t, err)
	return func(ctx context.Context, one trialCase) ([]string, bool) {
		var in bytes.Buffer
		for _, r := range one.resources {
			text, err := json.Marshal(plainJSON(r.Properties))
			if err != nil {
				return nil, false
			}
			in.WriteString("---\n")
			in.Write(append(text, '\n'))
		}
		cmd := exec.CommandContext(ctx, linters.KubeScore, "score", "--output-format=json", "--kubernetes-version=v1.34",
			"--disable-ignore-checks-annotations", "--enable-optional-test=container-ports-check,container-seccomp-profile", "-")
		cmd.Stdin = &in
		out, err := cmd.Output()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || len(out) == 0) {
			return nil, false
		}
		return findingsOf(out)
	}
}

// findingsOf are "check object: what" for each complaint.
func findingsOf(report []byte) (found []string, ok bool) {
	var objects []struct {
		Name   string `json:"object_name"`
		Checks []struct {
			Check    struct{ ID string }
			Grade    int
			Skipped  bool
			Comments []struct{ Path, Summary string }
		}
	}
	if json.Unmarshal(report, &objects) != nil {
		return nil, false
	}
	for _, o := range objects {
		for _, c := range o.Checks {
			if c.Skipped || c.Grade >= passing {
				continue
			}
			for _, comment := range c.Comments {
				found = append(found, c.Check.ID+" "+o.Name+": "+comment.Path+" "+comment.Summary)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), true
}

func builder(t *testing.T) *toolchain.Builder {
	t.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	tools, err := filepath.Abs(filepath.Join(checkout, "tools"))
	require.NoError(t, err)
	return &toolchain.Builder{Tools: tools, Cache: cache, Note: func(now string) { progress("%s", now) }}
}
