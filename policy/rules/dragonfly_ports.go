package rules

import (
	"strconv"

	"github.com/tripsage/infrastructure/policy/rule"
)

func dragonflyPorts() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-ports",
		Title:    "Dragonfly's ports without a password are closed to all but chosen pods",
		Severity: rule.High,
		Reason: "The memcached protocol knows no password, and --admin_nopass lets everybody in who reaches the admin port: there every " +
			"command works, for every key.",
		Fix: "Leave --memcached_port out. With --admin_nopass set --admin_port, and let network policies open that port to the monitoring " +
			"system and the operator only, each by its labels.",
		Sources: []string{"Dragonfly documentation, Server Configuration Flags: admin_nopass, admin_port, memcached_port", "CIS Kubernetes Benchmark 5.3.2"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			groups := s.Groups()
			for _, r := range s.Resources {
				for _, d := range dragonflyServers(r) {
					judgePorts(c, r, d)
					port, open := d.openPort()
					if !open {
						continue
					}
					for _, group := range groups {
						if group.Owner.URN == r.URN {
							judgePolicies(c, s, group, port)
						}
					}
				}
			}
		},
	}
}

func judgePorts(c *rule.Context, r rule.Resource, d dragonflyServer) {
	for _, name := range []string{"memcached_port", "memcache_port"} {
		if port := d.flag(name); port.given() && port.text != "0" {
			c.Violation(r, "%s: --%s is %s, which nobody needs a password for", d.name, name, port.text)
		}
	}
	if d.operated || !d.flag("admin_nopass").on() {
		return
	}
	if port := d.flag("admin_port"); port.missing() || port.given() && port.text == "0" {
		c.Violation(r, "%s: --admin_nopass without an --admin_port of its own", d.name)
	}
}

// openPort is the port that answers without a password. The operator's pods
// always have one.
func (d dragonflyServer) openPort() (number float64, open bool) {
	if d.operated {
		return 9999, true
	}
	number, err := strconv.ParseFloat(d.flag("admin_port").text, 64)
	return number, d.flag("admin_nopass").on() && err == nil
}

// judgePolicies reports the network policies that open the port to whoever
// asks. That there are policies at all is another rule's business.
func judgePolicies(c *rule.Context, s rule.Stack, pods rule.Group, port float64) {
	for _, policy := range s.Objects("networking.k8s.io", "NetworkPolicy") {
		selects := policy.At("spec", "podSelector")
		if rule.SameNamespace(policy, pods.Owner) != rule.Yes || rule.Selects(selects, pods.Labels) != rule.Yes {
			continue
		}
		for _, ingress := range policy.At("spec", "ingress").Items() {
			if !opens(ingress.At("ports"), pods, port) {
				continue
			}
			from := ingress.At("from")
			if from.Empty() && !ingress.Unknown() {
				c.Violation(policy, "%s opens port %.0f of %s, which asks for no password, to everybody", ingress.Path(), port, pods.Owner.Title())
			}
			for _, peer := range from.Items() {
				if everybody(peer) {
					c.Violation(policy, "%s opens port %.0f of %s, which asks for no password, to %s", peer.Path(), port, pods.Owner.Title(), peer.Show())
				}
			}
		}
	}
}

// opens says that the ports of a policy's rule are known to have that one.
func opens(ports rule.Value, pods rule.Group, port float64) bool {
	if ports.Empty() {
		return true
	}
	for _, one := range ports.Items() {
		named, isName := one.At("port").Text()
		first, isNumber := one.At("port").Number()
		last, isRange := one.At("endPort").Number()
		switch {
		case one.Known() && one.At("port").Missing():
			return true
		case isNumber && (first == port || isRange && first <= port && port <= last):
			return true
		case isName:
			for _, declared := range pods.Ports {
				if declared.Name == named && declared.Number == port {
					return true
				}
			}
		}
	}
	return false
}

// everybody says that the peer is chosen by no label: all pods of the
// namespace or of the cluster, or every address.
func everybody(peer rule.Value) bool {
	block, ofPods, ofNamespaces := peer.At("ipBlock", "cidr"), peer.At("podSelector"), peer.At("namespaceSelector")
	if block.IsText("0.0.0.0/0", "::/0") {
		return true
	}
	return peer.Known() && peer.At("ipBlock").Missing() && chosenByNothing(ofPods) && (ofNamespaces.Missing() || chosenByNothing(ofNamespaces))
}

func chosenByNothing(selector rule.Value) bool {
	return selector.Settled() && selector.At("matchLabels").Empty() && selector.At("matchExpressions").Empty()
}
