package alertmanager_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/alertmanager"
)

// What amtool says of the result is in test/monitoring.
func TestConfig(t *testing.T) {
	text, err := alertmanager.Config(alertmanager.Options{Receivers: map[objectives.Severity][]alertmanager.Receiver{
		objectives.Critical: {{Kind: alertmanager.PagerDuty, File: "/secrets/pager"}, {Kind: alertmanager.Webhook, File: "/secrets/hook"}},
	}})
	require.NoError(t, err)
	for _, want := range []string{
		"routing_key_file: /secrets/pager", "url_file: /secrets/hook", "receiver: critical", "- severity=\"critical\"", "receiver: nobody",
	} {
		assert.Contains(t, string(text), want)
	}
	assert.NotContains(t, string(text), "receiver: warning", "nobody is told of warnings")
	again, err := alertmanager.Config(alertmanager.Options{})
	require.NoError(t, err)
	assert.NotContains(t, string(again), "critical\n  name")
}

func TestAnUnknownKindIsRefused(t *testing.T) {
	_, err := alertmanager.Config(alertmanager.Options{Receivers: map[objectives.Severity][]alertmanager.Receiver{
		objectives.Warning: {{Kind: "pigeon"}},
	}})
	assert.EqualError(t, err, `receiver of kind "pigeon": expected one of ["pagerduty" "slack" "webhook"]`)
}

func TestSpeedDividesWaits(t *testing.T) {
	text, err := alertmanager.Config(alertmanager.Options{Speed: 10})
	require.NoError(t, err)
	assert.Contains(t, string(text), "group_wait: 3s")
	assert.Contains(t, string(text), "group_interval: 30s")
}

// The operator's form says the same.
func TestResource(t *testing.T) {
	spec, err := alertmanager.Resource(alertmanager.Options{Receivers: map[objectives.Severity][]alertmanager.Receiver{
		objectives.Critical: {{Kind: alertmanager.PagerDuty, File: "/secrets/pager"}, {Kind: alertmanager.Slack, File: "/secrets/slack"}},
		objectives.Warning:  {{Kind: alertmanager.Webhook, File: "/secrets/hook"}},
	}}, "receivers")
	require.NoError(t, err)
	children, err := spec.Route.ChildRoutes()
	require.NoError(t, err)
	require.Len(t, children, 2)
	assert.Equal(t, `severity="critical"`, children[0].Matchers[0].String())
	assert.Equal(t, "1d", children[1].RepeatInterval)
	require.Len(t, spec.Receivers, 3)
	assert.Equal(t, "pager", spec.Receivers[1].PagerDutyConfigs[0].RoutingKey.Key)
	assert.Equal(t, "slack", spec.Receivers[1].SlackConfigs[0].APIURL.Key)
	assert.Equal(t, "receivers", spec.Receivers[2].WebhookConfigs[0].URLSecret.Name)
	require.NotEmpty(t, spec.InhibitRules)
	for _, rule := range spec.InhibitRules {
		for _, m := range append(rule.SourceMatch, rule.TargetMatch...) {
			assert.NoError(t, m.Validate())
			assert.NotContains(t, m.Value, `"`)
		}
	}
}
