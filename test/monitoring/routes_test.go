package monitoring

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/alertmanager"
)

func routes(t *testing.T, receivers map[objectives.Severity][]alertmanager.Receiver) string {
	t.Helper()
	text, err := alertmanager.Config(alertmanager.Options{Receivers: receivers, Speed: 1})
	require.NoError(t, err)
	return write(t, t.TempDir(), "alertmanager.yml", text)
}

func TestRoutes(t *testing.T) {
	dir := t.TempDir()
	secret := write(t, dir, "secret", []byte("https://example.com/hook"))
	both := routes(t, map[objectives.Severity][]alertmanager.Receiver{
		objectives.Critical: {{Kind: alertmanager.PagerDuty, File: secret}, {Kind: alertmanager.Webhook, File: secret}},
		objectives.Warning:  {{Kind: alertmanager.Slack, File: secret}},
	})
	critical := routes(t, map[objectives.Severity][]alertmanager.Receiver{
		objectives.Critical: {{Kind: alertmanager.Webhook, File: secret}},
	})
	for _, config := range []string{both, critical, routes(t, nil)} {
		out, err := tool(t, "amtool", "check-config", config)
		require.NoError(t, err, out)
		assert.Contains(t, out, "SUCCESS")
	}
	for _, row := range []struct{ config, alert, want string }{
		{both, "severity=critical alertname=HighErrorRate", "critical"},
		{both, "severity=warning alertname=SlowVectorSearch", "warning"},
		{both, "alertname=SomebodyElses", "nobody"},
		{critical, "severity=warning alertname=SlowVectorSearch", "nobody"},
	} {
		out, err := tool(t, "amtool", append([]string{"config", "routes", "test", "--config.file", row.config}, strings.Fields(row.alert)...)...)
		require.NoError(t, err, out)
		lines := strings.Split(strings.TrimSpace(out), "\n") // amtool warns of its own default before
		assert.Equal(t, row.want, lines[len(lines)-1], row.alert)
	}
}
