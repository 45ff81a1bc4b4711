package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkPolicyWorld() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-world",
		Title:    "Nothing is open to the whole world but a few ways out",
		Severity: rule.High,
		Reason: "Whoever gets into a pod uses what it may reach: any port of the world to send data to, or the node's metadata service, " +
			"which hands out the node's rights. From outside one comes in through the gateway.",
		Fix: "Name the addresses in ipBlock.cidr. If they are not known, open only the ports that are needed (parameter ports), and put " +
			"169.254.0.0/16 (fe80::/10 for IPv6) into except.",
		Sources: []string{
			"issue 5: no 0.0.0.0/0 on all ports", "deployment guide, 10.1 Network Security", "CIS Amazon EKS Benchmark, instance metadata",
		},
		Parameters: []rule.Parameter{{
			Name: "ports", Description: "Ports that may be open to all addresses for egress.", Default: []string{"443", "5432", "6543"},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("networking.k8s.io", "NetworkPolicy") {
				return
			}
			for _, d := range bothDirections() {
				for _, one := range r.At("spec", d.rules).Items() {
					for _, peer := range one.At(d.peers).Items() {
						if block := peer.At("ipBlock"); block.IsObject() {
							judgeRange(c, r, d, block, one.At("ports"))
						}
					}
				}
			}
		},
	}
}

// judgeRange judges an address range and the ports that are open to it.
func judgeRange(c *rule.Context, r rule.Resource, d direction, block, ports rule.Value) {
	cidr := block.At("cidr")
	if cidr.Unknown() {
		return
	}
	prefix, err := netip.ParsePrefix(cidr.String())
	if err != nil {
		c.Violation(r, "%s is no range of addresses: %s", cidr.Path(), cidr.Show())
		return
	}
	if !isWorld(prefix) {
		return
	}
	if d == incoming() {
		c.Violation(r, "%s is %s: the whole world may connect", cidr.Path(), cidr.Show())
		return
	}
	for _, one := range ports.Items() {
		if port := one.At("port"); port.Known() && !slices.Contains(c.Texts("ports"), fmt.Sprint(plainText(port))) {
			c.Violation(r, "%s is %s, open to %s", port.Path(), port.Show(), cidr.Show())
		}
	}
	if except := block.At("except"); except.Settled() && !excepts(except, prefix) {
		c.Violation(r, "%s is %s: %s has the node's metadata service in it", except.Path(), except.Show(), cidr.Show())
	}
}

// isWorld says that the range has too many addresses to be known ones.
func isWorld(prefix netip.Prefix) bool {
	most := 7
	if prefix.Addr().Is6() {
		most = 15
	}
	return prefix.Bits() <= most
}

// excepts says that the exceptions have the link-local addresses that are in the
// range.
func excepts(except rule.Value, prefix netip.Prefix) bool {
	metadata := netip.MustParseAddr("169.254.169.254")
	if prefix.Addr().Is6() {
		metadata = netip.MustParseAddr("fe80::a9fe:a9fe")
	}
	for _, text := range except.Texts() {
		if hole, err := netip.ParsePrefix(text); err == nil && hole.Contains(metadata) {
			return true
		}
	}
	return !prefix.Contains(metadata)
}

func plainText(v rule.Value) any {
	if number, ok := v.Number(); ok {
		return number
	}
	return v.String()
}
