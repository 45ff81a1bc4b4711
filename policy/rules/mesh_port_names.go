package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func meshPortNames() rule.Rule {
	return rule.Rule{
		ID:       "mesh-port-names",
		Title:    "Ports of Services in the mesh say their protocol",
		Severity: rule.Medium,
		Reason: "Istio guesses the protocol of any other port from the first bytes, or takes it for TCP: then routes, " +
			"retries, timeouts and permissions by path do not apply.",
		Fix: "Name the port after its protocol, as http, http-admin or redis, or set appProtocol. List the names of ports " +
			"that no proxy calls in withoutProtocol.",
		Sources: []string{"istioctl analyze IST0118 PortNameIsNotUnderNamingConvention", "Istio, Protocol Selection"},
		Parameters: []rule.Parameter{
			{Name: "withoutProtocol", Description: "names of ports that no proxy calls", Default: []string{"metrics"}},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			namespaces := meshedNamespaces(v)
			inMesh := func(r rule.Resource) bool {
				namespace, known := namespaceOf(r)
				_, found := namespaces[namespace]
				return known && found
			}
			for _, r := range v.all("", "Service") {
				if inMesh(r) {
					for _, port := range r.At("spec", "ports").Items() {
						if port.At("protocol").Missing() || port.At("protocol").IsText("TCP") {
							checkPortName(c, r, port.At("name"), port.At("appProtocol"))
						}
					}
				}
			}
			for _, r := range v.all(flaggerApp, "Canary") {
				// Without a name Flagger takes "http".
				if name := r.At("spec", "service", "portName"); inMesh(r) && !name.Missing() {
					checkPortName(c, r, name, r.At("spec", "service", "appProtocol"))
				}
			}
		},
	}
}

func checkPortName(c *rule.Context, r rule.Resource, name, protocol rule.Value) {
	prefix, _, _ := strings.Cut(name.String(), "-")
	known := slices.Contains([]string{"http", "http2", "https", "grpc", "tls", "tcp", "mongo", "mysql", "redis"}, prefix) ||
		strings.HasPrefix(name.String(), "grpc-web")
	if protocol.Missing() && !name.Unknown() && !known && !name.IsText(c.Texts("withoutProtocol")...) {
		c.Violation(r, "%s is %s, which does not begin with a protocol", name.Path(), name.Show())
	}
}
