// Package netpol turns the declared edges of a component into NetworkPolicies.
package netpol

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

// Peer is the other end of an allowed connection: pods (by labels) or address
// ranges, never both.
type Peer struct {
	// Name becomes the last part of the NetworkPolicy's name.
	Name string
	// PodLabels selects pods; with NamespaceLabels alone, every pod there.
	PodLabels map[string]string
	// NamespaceLabels selects namespaces; empty means the component's own.
	NamespaceLabels map[string]string
	// CIDRs are address ranges, for peers that are not pods.
	CIDRs []string
	// Except are parts of CIDRs that stay closed.
	Except []string
}

// Edge is a peer and the TCP ports that are open between it and the component.
// The ports are those of the listening side.
type Edge struct {
	Peer  Peer
	Ports []int
}

// Validate reports every fault of the edge.
func (e Edge) Validate() error {
	faults := []error{e.Peer.Validate()}
	if len(e.Ports) == 0 {
		faults = append(faults, fault.Missing("Ports", "at least one TCP port of the listening side"))
	}
	for i, port := range e.Ports {
		faults = append(faults, ValidatePort(fmt.Sprintf("Ports[%d]", i), port))
	}
	return errors.Join(faults...)
}

// ValidatePort checks that port is a TCP port number.
func ValidatePort(key string, port int) error {
	if port < 1 || port > 65535 {
		return fault.Of(key, port, "a TCP port from 1 to 65535")
	}
	return nil
}

// Validate reports every fault of the peer.
func (p Peer) Validate() error {
	faults := []error{labels.ValidateName("Name", p.Name)}
	byLabels := len(p.PodLabels)+len(p.NamespaceLabels) > 0
	if byLabels == (len(p.CIDRs) > 0) {
		faults = append(faults, fmt.Errorf("peer %q has PodLabels %v, NamespaceLabels %v and CIDRs %v: expected either labels or CIDRs, because an empty peer would open the port to everyone",
			p.Name, p.PodLabels, p.NamespaceLabels, p.CIDRs))
	}
	if len(p.CIDRs) == 0 && len(p.Except) > 0 {
		faults = append(faults, fault.Of("Except", fmt.Sprint(p.Except), "to be empty when there are no CIDRs"))
	}
	faults = append(faults, labels.ValidateSet("PodLabels", p.PodLabels), labels.ValidateSet("NamespaceLabels", p.NamespaceLabels))
	return errors.Join(append(faults, p.validateRanges()...)...)
}

func (p Peer) validateRanges() []error {
	var faults []error
	var ranges []netip.Prefix
	for i, text := range p.CIDRs {
		prefix, err := parseRange(fmt.Sprintf("CIDRs[%d]", i), text)
		faults = append(faults, err)
		ranges = append(ranges, prefix)
	}
	for i, text := range p.Except {
		key := fmt.Sprintf("Except[%d]", i)
		hole, err := parseRange(key, text)
		faults = append(faults, err)
		for j, outer := range ranges {
			if err == nil && outer.IsValid() && !inside(hole, outer) {
				faults = append(faults, fault.Of(key, text, fmt.Sprintf("a part of CIDRs[%d] %s", j, p.CIDRs[j])))
			}
		}
	}
	return faults
}

func parseRange(key, text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix != prefix.Masked() {
		return netip.Prefix{}, fault.Of(key, text, "an address range such as 10.0.0.0/8, without host bits")
	}
	return prefix, nil
}

// inside reports whether hole is a strict part of outer, which is what the
// Kubernetes API asks of ipBlock.except.
func inside(hole, outer netip.Prefix) bool {
	return hole.Bits() > outer.Bits() && outer.Contains(hole.Addr())
}
