package rules

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// The limits of Kubernetes, from its documentation, "Labels and Selectors".
const (
	maxLabel  = 63
	maxDomain = 253
)

var (
	labelValue = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$`)
	labelName  = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$`)
	dnsLabel   = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)
	dnsDomain  = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$`)
)

func labelSyntax() rule.Rule {
	return rule.Rule{
		ID:       "label-syntax",
		Title:    "Labels, selectors and the keys of annotations are what Kubernetes takes",
		Severity: rule.Medium,
		Reason:   "The API server refuses the object, in the middle of an update that has changed others already.",
		Fix: "A value has at most 63 letters, digits, dashes, underscores and dots, and begins and ends with a letter or a digit; " +
			"a key is such a name, perhaps after a domain and a slash.",
		Sources: []string{"kube-score label-values", "Kubernetes documentation, Labels and Selectors: Syntax and character set"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Kind() == "" {
				return
			}
			labels := []rule.Value{r.At("metadata", "labels"), r.At("spec", "selector", "matchLabels")}
			annotations := []rule.Value{r.At("metadata", "annotations")}
			if r.Is("", "Service", "ReplicationController") {
				labels = append(labels, r.At("spec", "selector"))
			}
			if r.Is("networking.k8s.io", "NetworkPolicy") {
				labels = append(labels, r.At("spec", "podSelector", "matchLabels"))
			}
			if pod, ok := r.Pod(); ok && r.Kind() != "Pod" {
				labels = append(labels, pod.Metadata.At("labels"))
				annotations = append(annotations, pod.Metadata.At("annotations"))
			}
			for _, one := range labels {
				judgeKeys(c, r, one)
				judgeValues(c, r, one)
			}
			for _, one := range annotations {
				judgeKeys(c, r, one)
			}
		},
	}
}

func judgeKeys(c *rule.Context, r rule.Resource, labels rule.Value) {
	for _, key := range labels.Keys() {
		name := key
		if domain, after, found := strings.Cut(key, "/"); found {
			name = after
			if !dnsDomain.MatchString(domain) || len(domain) > maxDomain {
				c.Violation(r, "%s: what is before the slash of the key %q is no domain, which Kubernetes refuses", labels.Path(), key)
			}
		}
		if !labelName.MatchString(name) || len(name) > maxLabel {
			c.Violation(r, "%s: Kubernetes refuses the key %q", labels.Path(), key)
		}
	}
}

func judgeValues(c *rule.Context, r rule.Resource, labels rule.Value) {
	for _, key := range labels.Keys() {
		value := labels.At(key)
		text, isText := value.Text()
		if value.Known() && (!isText || !labelValue.MatchString(text) || len(text) > maxLabel) {
			c.Violation(r, "%s is %s, which Kubernetes refuses", value.Path(), value.Show())
		}
	}
}
