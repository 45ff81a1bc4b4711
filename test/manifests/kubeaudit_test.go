package manifests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKubeaudit(t *testing.T) {
	judgeEachStack(t, "kubeaudit", kubeaudit)
}

// kubeaudit runs every auditor there is and reports down to remarks.
func kubeaudit(t *testing.T, s stack) []finding {
	t.Helper()
	out := lint(t, suite.linters.Kubeaudit, "all", "--format=json", "--minseverity=info", "--exitcode=0",
		"--manifest="+oneFile(t, s.files()))
	var findings []finding
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var result struct {
			AuditResultName, ResourceKind, ResourceName, Msg string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &result), lines.Text())
		findings = append(findings, finding{
			check: "kubeaudit " + result.AuditResultName, says: result.Msg,
			object: s.name + " " + result.ResourceKind + "/" + result.ResourceName,
		})
	}
	require.NoError(t, lines.Err())
	return findings
}

func TestKubeauditFindsFaults(t *testing.T) {
	findings := kubeaudit(t, stackOf(t, carelessDeployment()))
	requireFound(t, findings, "kubeaudit RunAsNonRootPSCNilCSCNil", "runAsNonRoot")
	requireFound(t, findings, "kubeaudit AutomountServiceAccountTokenTrueAndDefaultSA", "Default service account")
	requireFound(t, findings, "kubeaudit PrivilegedTrue", "privileged")
}
