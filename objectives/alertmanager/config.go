// Package alertmanager makes Alertmanager's configuration: who is told of what.
//
// Its fields are those of
// https://prometheus.io/docs/alerting/latest/configuration/; amtool checks the
// result in the tests.
package alertmanager

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/objectives"
)

// Kind is a way to tell somebody.
type Kind string

// The kinds.
const (
	Webhook   Kind = "webhook"   // the secret is an address
	Slack     Kind = "slack"     // the secret is the address of an incoming webhook
	PagerDuty Kind = "pagerduty" // the secret is an integration key
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Webhook, Slack, PagerDuty} }

// Receiver is somebody to tell. The secret that leads to them is in a file, so
// the configuration holds none.
type Receiver struct {
	Kind Kind
	// File holds the secret.
	File string
}

// Options say who is told, and when.
type Options struct {
	// Receivers are by severity. Nobody is told of a severity that has none;
	// Alertmanager's own page shows its alerts.
	Receivers map[objectives.Severity][]Receiver
	// Speed divides every wait, for drills.
	Speed int
}

// nobody is the receiver of what has none.
const nobody = "nobody"

type config struct {
	Route     route      `json:"route"`
	Inhibit   []inhibit  `json:"inhibit_rules"`
	Receivers []receiver `json:"receivers"`
}

type route struct {
	Receiver       string   `json:"receiver"`
	Matchers       []string `json:"matchers,omitempty"`
	GroupBy        []string `json:"group_by,omitempty"`
	GroupWait      string   `json:"group_wait,omitempty"`
	GroupInterval  string   `json:"group_interval,omitempty"`
	RepeatInterval string   `json:"repeat_interval,omitempty"`
	Routes         []route  `json:"routes,omitempty"`
}

type inhibit struct {
	Source []string `json:"source_matchers"`
	Target []string `json:"target_matchers"`
	Equal  []string `json:"equal,omitempty"`
}

type receiver struct {
	Name      string      `json:"name"`
	Webhooks  []webhook   `json:"webhook_configs,omitempty"`
	Slacks    []slack     `json:"slack_configs,omitempty"`
	PagerDuty []pagerDuty `json:"pagerduty_configs,omitempty"`
}

type webhook struct {
	URLFile      string `json:"url_file"`
	SendResolved bool   `json:"send_resolved"`
}

type slack struct {
	URLFile      string `json:"api_url_file"`
	SendResolved bool   `json:"send_resolved"`
	Title        string `json:"title"`
	Text         string `json:"text"`
}

type pagerDuty struct {
	KeyFile     string `json:"routing_key_file"`
	Severity    string `json:"severity"`
	Description string `json:"description"`
}

// Config is the configuration file.
func Config(o Options) ([]byte, error) {
	c, err := o.config()
	if err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("configuration of Alertmanager: %w", err)
	}
	return append([]byte("# Generated from package objectives: do not edit.\n"), text...), nil
}

func (o Options) config() (config, error) {
	c := config{
		Route: route{
			Receiver: nobody, GroupBy: []string{"alertname", "slo"},
			GroupWait: o.wait(30 * time.Second), GroupInterval: o.wait(5 * time.Minute), RepeatInterval: o.wait(4 * time.Hour),
		},
		Inhibit:   inhibitions(),
		Receivers: []receiver{{Name: nobody}},
	}
	for _, severity := range []objectives.Severity{objectives.Critical, objectives.Warning} {
		receivers := o.Receivers[severity]
		if len(receivers) == 0 {
			continue
		}
		one := route{Receiver: string(severity), Matchers: []string{match("severity", string(severity))}}
		if severity == objectives.Warning {
			one.RepeatInterval = o.wait(24 * time.Hour)
		}
		c.Route.Routes = append(c.Route.Routes, one)
		made, err := newReceiver(severity, receivers)
		if err != nil {
			return c, err
		}
		c.Receivers = append(c.Receivers, made)
	}
	return c, nil
}

// inhibitions keep quiet what another alert explains.
func inhibitions() []inhibit {
	down := []string{match("alertname", "APIDown")}
	return []inhibit{
		{Source: down, Target: []string{`alertname=~"APIPodDown|HighErrorRate|ErrorBudgetBurn"`}},
		{Source: []string{match("alertname", "DatabaseDown")}, Target: []string{`alertname=~"HighErrorRate|SlowVectorSearch|DatabasePoolExhausted"`}},
		{Source: []string{match("alertname", "CacheDown")}, Target: []string{match("alertname", "ErrorBudgetBurn"), match("slo", "cache_hits")}},
		// The same fault in a slower window.
		{
			Source: []string{match("severity", string(objectives.Critical))}, Target: []string{match("severity", string(objectives.Warning))},
			Equal: []string{"alertname", "slo"},
		},
	}
}

func match(label, value string) string { return fmt.Sprintf("%s=%q", label, value) }

func newReceiver(severity objectives.Severity, receivers []Receiver) (receiver, error) {
	const text = `{{ range .Alerts }}{{ .Annotations.summary }}: {{ .Annotations.description }} {{ .Annotations.runbook_url }}{{ "\n" }}{{ end }}`
	made := receiver{Name: string(severity)}
	for _, r := range receivers {
		switch r.Kind {
		case Webhook:
			made.Webhooks = append(made.Webhooks, webhook{URLFile: r.File, SendResolved: true})
		case Slack:
			made.Slacks = append(made.Slacks, slack{
				URLFile: r.File, SendResolved: true, Text: text,
				Title: `[{{ .Status }}] {{ .CommonLabels.alertname }}`,
			})
		case PagerDuty:
			made.PagerDuty = append(made.PagerDuty, pagerDuty{
				KeyFile: r.File, Severity: string(severity), Description: `{{ .CommonAnnotations.summary }}`,
			})
		default:
			return made, fmt.Errorf("receiver of kind %q: expected one of %q", r.Kind, slices.Sorted(slices.Values(Kinds())))
		}
	}
	return made, nil
}

func (o Options) wait(d time.Duration) string {
	return model.Duration(d / time.Duration(max(o.Speed, 1))).String()
}
