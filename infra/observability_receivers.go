package infra

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/monitoring"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/objectives"
	"github.com/tripsage/infrastructure/objectives/alertmanager"
)

// way leads to somebody: a secret, as the file of a name that no other has.
type way struct {
	key, file string
	kind      alertmanager.Kind
	secret    Secret
}

// ways are those that are set; key is the configuration's.
func (r Receivers) ways(severity objectives.Severity) []way {
	all := []way{
		{"webhookURL", "webhook", alertmanager.Webhook, r.WebhookURL},
		{"slackURL", "slack", alertmanager.Slack, r.SlackURL},
		{"pagerDutyKey", "pagerduty", alertmanager.PagerDuty, r.PagerDutyKey},
	}
	all = slices.DeleteFunc(all, func(w way) bool { return !w.secret.IsSet() })
	for i := range all {
		all[i].key = fmt.Sprintf("monitoring.%s.%s", severity, all[i].key)
		all[i].file = fmt.Sprintf("%s-%s", severity, all[i].file)
	}
	return all
}

// ways are by severity.
func (m Monitoring) ways() map[objectives.Severity][]way {
	return map[objectives.Severity][]way{
		objectives.Critical: m.Critical.ways(objectives.Critical),
		objectives.Warning:  m.Warning.ways(objectives.Warning),
	}
}

// addReceivers tells Alertmanager, or the operator's, who is told of what.
func addReceivers(ctx *pulumi.Context, spec Spec, place platform, _ stores, args *monitoring.Args) error {
	options := alertmanager.Options{Speed: spec.Monitoring.Speed, Receivers: map[objectives.Severity][]alertmanager.Receiver{}}
	given, open := map[string]pulumi.StringInput{}, []int{}
	for severity, ways := range spec.Monitoring.ways() {
		for _, one := range ways {
			options.Receivers[severity] = append(options.Receivers[severity],
				alertmanager.Receiver{Kind: one.kind, File: monitoring.SecretsPath + "/" + one.file})
			given[one.file] = one.secret.input()
			port, err := one.port()
			if err != nil {
				return fmt.Errorf("%s: not an address", one.key) // the error would hold it
			}
			open = append(open, port)
		}
	}
	if len(given) > 0 {
		made, err := secret.New(ctx, receiversName, secret.Args{
			Namespace: place.namespace, Component: "monitoring", Epoch: spec.epoch(), Given: given,
		}, place.inside...)
		if err != nil {
			return err
		}
		ref := made.Ref()
		args.Alertmanager.Secret, args.Alertmanager.Files = &ref, slices.Sorted(maps.Keys(given))
	}
	for _, port := range ports(open) {
		args.Alertmanager.Receivers = append(args.Alertmanager.Receivers, anywhere(fmt.Sprintf("receivers-%d", port), port)...)
	}
	if operator := spec.Monitoring.operator(); operator != nil {
		var err error
		operator.Alerts, err = alertmanager.Resource(options, receiversName)
		args.Operator = operator
		return err
	}
	text, err := alertmanager.Config(options)
	args.Alertmanager.Config = string(text)
	return err
}

// port is where it is told. PagerDuty's address is its own.
func (w way) port() (int, error) {
	if w.kind == alertmanager.PagerDuty {
		return 443, nil
	}
	return portOf(w.secret.Reveal())
}
