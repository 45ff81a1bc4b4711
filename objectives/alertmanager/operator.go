package alertmanager

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"

	"github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// Resource is the same as Config, for prometheus-operator. The files of the
// receivers are keys of the Secret.
func Resource(o Options, secret string) (v1alpha1.AlertmanagerConfigSpec, error) {
	c, err := o.config()
	if err != nil {
		return v1alpha1.AlertmanagerConfigSpec{}, err
	}
	top, err := c.Route.resource()
	if err != nil {
		return v1alpha1.AlertmanagerConfigSpec{}, err
	}
	spec := v1alpha1.AlertmanagerConfigSpec{Route: &top}
	for _, one := range c.Inhibit {
		source, err := matchers(one.Source)
		if err != nil {
			return spec, err
		}
		target, err := matchers(one.Target)
		if err != nil {
			return spec, err
		}
		spec.InhibitRules = append(spec.InhibitRules, v1alpha1.InhibitRule{SourceMatch: source, TargetMatch: target, Equal: one.Equal})
	}
	for _, one := range c.Receivers {
		spec.Receivers = append(spec.Receivers, one.resource(secret))
	}
	return spec, nil
}

func (r route) resource() (v1alpha1.Route, error) {
	matching, err := matchers(r.Matchers)
	out := v1alpha1.Route{
		Receiver: r.Receiver, GroupBy: r.GroupBy, Matchers: matching,
		GroupWait: r.GroupWait, GroupInterval: r.GroupInterval, RepeatInterval: r.RepeatInterval,
	}
	for _, child := range r.Routes {
		if err != nil {
			return out, err
		}
		var made v1alpha1.Route
		if made, err = child.resource(); err != nil {
			return out, err
		}
		var text []byte
		text, err = json.Marshal(made)
		out.Routes = append(out.Routes, apiextensionsv1.JSON{Raw: text})
	}
	return out, err
}

var matcher = regexp.MustCompile(`^([a-z_]+)(=~|=)"([^"]*)"$`)

func matchers(texts []string) ([]v1alpha1.Matcher, error) {
	var list []v1alpha1.Matcher
	for _, text := range texts {
		parts := matcher.FindStringSubmatch(text)
		if parts == nil {
			return nil, fmt.Errorf("matcher %s: expected name=\"value\" or name=~\"pattern\"", text)
		}
		list = append(list, v1alpha1.Matcher{Name: parts[1], MatchType: v1alpha1.MatchType(parts[2]), Value: parts[3]})
	}
	return list, nil
}

func (r receiver) resource(secret string) v1alpha1.Receiver {
	yes := true
	key := func(file string) *corev1.SecretKeySelector {
		return &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: path.Base(file)}
	}
	out := v1alpha1.Receiver{Name: r.Name}
	for _, one := range r.Webhooks {
		out.WebhookConfigs = append(out.WebhookConfigs, v1alpha1.WebhookConfig{URLSecret: key(one.URLFile), SendResolved: &yes})
	}
	for _, one := range r.Slacks {
		out.SlackConfigs = append(out.SlackConfigs, v1alpha1.SlackConfig{
			APIURL: key(one.URLFile), SendResolved: &yes, Title: one.Title, Text: one.Text,
		})
	}
	for _, one := range r.PagerDuty {
		out.PagerDutyConfigs = append(out.PagerDutyConfigs, v1alpha1.PagerDutyConfig{
			RoutingKey: key(one.KeyFile), SendResolved: &yes, Severity: one.Severity, Description: one.Description,
		})
	}
	return out
}
