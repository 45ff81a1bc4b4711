package manifests

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// passing is kube-score's grade of an object without a finding.
const passing = 10

func TestKubeScore(t *testing.T) {
	judgeEachStack(t, "kube-score", kubeScore)
}

// kubeScore runs every check there is, also those that are off by default, and
// lets no annotation switch one off.
func kubeScore(t *testing.T, stack string, files []string) []finding {
	t.Helper()
	out := lint(t, suite.linters.KubeScore, append([]string{
		"score", "--output-format=json", "--kubernetes-version=v1.34", "--all-default-optional",
		"--disable-ignore-checks-annotations",
	}, files...)...)
	var report []struct {
		Type   struct{ Kind string } `json:"type_meta"`
		Meta   struct{ Name string } `json:"object_meta"`
		Checks []struct {
			Check    struct{ ID string }
			Grade    int
			Skipped  bool
			Comments []struct{ Path, Summary string }
		}
	}
	require.NoError(t, json.Unmarshal(out, &report), string(out))
	var findings []finding
	for _, o := range report {
		for _, c := range o.Checks {
			if c.Skipped || c.Grade >= passing {
				continue
			}
			f := finding{check: "kube-score " + c.Check.ID, object: stack + " " + o.Type.Kind + "/" + o.Meta.Name}
			require.NotEmpty(t, c.Comments, f)
			for _, comment := range c.Comments {
				f.says = comment.Summary
				findings = append(findings, f)
			}
		}
	}
	return findings
}

func TestKubeScoreFindsFaults(t *testing.T) {
	dir := t.TempDir()
	files := []string{writeObject(t, dir, "deployment", carelessDeployment())}
	findings := kubeScore(t, "spoilt", files)
	requireFound(t, findings, "kube-score container-resources", "CPU limit is not set")
	requireFound(t, findings, "kube-score container-image-tag", "Image with latest tag")
	requireFound(t, findings, "kube-score pod-networkpolicy", "does not have a matching NetworkPolicy")
	requireFound(t, findings, "kube-score container-seccomp-profile", "Seccomp")
}
