package rules

import (
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

const (
	// A CronJob's jobs get eleven letters more than it has itself.
	maxCronJob  = 52
	maxPortName = 15
)

var (
	// A Service's name begins with a letter (RFC 1035).
	serviceName = regexp.MustCompile(`^[a-z](?:[a-z0-9-]*[a-z0-9])?$`)
	// ianaName is that of RFC 6335, which wants a letter somewhere and no
	// two dashes side by side.
	ianaName = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	dataKey  = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

func objectNames() rule.Rule {
	return rule.Rule{
		ID:       "object-names",
		Title:    "Names of objects, containers, ports, volumes and keys are what Kubernetes takes",
		Severity: rule.Medium,
		Reason: "The API server refuses the object in the middle of an update, or, with a name that is only too long, the pods or Jobs " +
			"that it should make.",
		Fix: "Use small letters, digits and dashes, at most 63 (253, with dots, where no DNS name is made of it), beginning and ending " +
			"with a letter or a digit; 52 for a CronJob, 15 for a port of a container.",
		Sources: []string{"Kubernetes documentation, Object Names and IDs", "RFC 1123, section 2.1", "RFC 1035, section 2.3.1", "RFC 6335, section 5.1"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Kind() == "" || r.Group() == "rbac.authorization.k8s.io" { // their names may have colons
				return
			}
			judgeObjectName(c, r)
			judgeName(c, r, r.Namespace(), dnsLabel, maxLabel)
			if r.Is("", "Service") {
				for _, port := range r.At("spec", "ports").Items() {
					judgeName(c, r, port.At("name"), dnsLabel, maxLabel)
				}
			}
			if r.Is("", "ConfigMap", "Secret") {
				for _, field := range []string{"data", "stringData", "binaryData"} {
					judgeDataKeys(c, r, r.At(field))
				}
			}
			judgePodNames(c, r)
		},
	}
}

func judgeObjectName(c *rule.Context, r rule.Resource) {
	name := r.ObjectName()
	switch {
	case r.Is("", "Service"):
		judgeName(c, r, name, serviceName, maxLabel)
	case r.Is("", "Namespace"), r.Is("apps", "StatefulSet"), r.Is("batch", "Job"):
		judgeName(c, r, name, dnsLabel, maxLabel)
	case r.Is("batch", "CronJob"):
		judgeName(c, r, name, dnsDomain, maxCronJob)
	default:
		judgeName(c, r, name, dnsDomain, maxDomain)
	}
}

func judgePodNames(c *rule.Context, r rule.Resource) {
	pod, _ := r.Pod()
	for _, container := range pod.Containers() {
		judgeName(c, r, container.At("name"), dnsLabel, maxLabel)
		for _, port := range container.At("ports").Items() {
			name := port.At("name")
			judgeName(c, r, name, ianaName, maxPortName)
			if text, ok := name.Text(); ok && text != "" && strings.Trim(text, "0123456789-") == "" {
				c.Violation(r, "%s is %s, which has no letter", name.Path(), name.Show())
			}
		}
	}
	for _, volume := range pod.Spec.At("volumes").Items() {
		judgeName(c, r, volume.At("name"), dnsLabel, maxLabel)
	}
}

func judgeName(c *rule.Context, r rule.Resource, name rule.Value, form *regexp.Regexp, longest int) {
	text, ok := name.Text()
	switch {
	case !ok:
	case !form.MatchString(text):
		c.Violation(r, "%s is %s, which Kubernetes refuses", name.Path(), name.Show())
	case len(text) > longest:
		c.Violation(r, "%s is %s: %d letters, at most %d are allowed", name.Path(), name.Show(), len(text), longest)
	}
}

func judgeDataKeys(c *rule.Context, r rule.Resource, data rule.Value) {
	for _, key := range data.Keys() {
		if !dataKey.MatchString(key) || len(key) > maxDomain || key == "." || strings.HasPrefix(key, "..") {
			c.Violation(r, "%s: %q is no key, which becomes a file's name", data.Path(), key)
		}
	}
}
