package page

import (
	"strings"

	"github.com/tripsage/infrastructure/objectives/datadog"
)

const loading = `## Datadog

With ` + "`monitoring.datadog`" + `, Datadog's agent reads the API's metrics, and [deploy/datadog](../deploy/datadog) has the same objectives, burn rates, alerts and dashboards for it. Monitors watch the environment ` + "`" + datadog.Environment + "`" + `. To load them, and to bring them up to date:

` + "```" + `
umask 077; cat > ~/datadog-headers    # two lines, "DD-API-KEY: ..." and "DD-APPLICATION-KEY: ..."; end with Ctrl-D
DD_SITE=datadoghq.eu deploy/datadog/load.sh ~/datadog-headers
` + "```" + `

Whom a monitor tells is your own notification rule on the tag ` + "`severity:critical` or `severity:warning`" + `. This was tried against a stand-in for Datadog's API, not against Datadog.

Datadog has no "for": a monitor looks at the time that the fault must last, at least five minutes. Percentiles are means there, because histograms come as buckets. Left out:

`

func inDatadog(b *strings.Builder) error {
	b.WriteString(loading)
	left, err := datadog.Left()
	table(b, "what", "why")
	var reasons []string
	what := map[string][]string{}
	for _, one := range left {
		if what[one.Why] == nil {
			reasons = append(reasons, one.Why)
		}
		what[one.Why] = append(what[one.Why], one.What)
	}
	for _, why := range reasons {
		row(b, strings.Join(what[why], "; "), why)
	}
	return err
}
