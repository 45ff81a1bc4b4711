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

// kubeScore runs the checks that are on by default and two that are not; no
// annotation can switch one off. The others that are not on want requests to
// equal limits, which the deployment guide sets apart on purpose.
func kubeScore(t *testing.T, s stack) []finding {
	t.Helper()
	out := lint(t, suite.linters.KubeScore, append([]string{
		"score", "--output-format=json", "--kubernetes-version=v1.34", "--disable-ignore-checks-annotations",
		"--enable-optional-test=container-ports-check,container-seccomp-profile",
	}, s.files()...)...)
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
			f := finding{check: "kube-score " + c.Check.ID, object: s.name + " " + o.Type.Kind + "/" + o.Meta.Name}
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
	findings := kubeScore(t, stackOf(t, carelessDeployment()))
	requireFound(t, findings, "kube-score container-resources", "CPU limit is not set")
	requireFound(t, findings, "kube-score container-image-tag", "Image with latest tag")
	requireFound(t, findings, "kube-score pod-networkpolicy", "does not have a matching NetworkPolicy")
	requireFound(t, findings, "kube-score container-seccomp-profile", "Seccomp")
}
