package canary

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
)

const (
	// meshGateway is Istio's name for the sidecars of callers.
	meshGateway = "mesh"

	// primarySuffix is the longer one of those that Flagger puts behind the name.
	primarySuffix = "-primary"
	maxName       = 63
)

var (
	hostPattern    = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
	gatewayPattern = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
)

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		labels.ValidateValue("Version", a.Version),
		netpol.ValidatePort("Port", a.Port),
		labels.ValidateName("TargetPort", a.TargetPort),
		fault.Under("Traffic.", a.Traffic.Validate()),
		fault.Under("Analysis.", a.Analysis.Validate()),
		a.validateExposure(),
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if made := a.Name + primarySuffix; len(a.Name) <= maxName && len(made) > maxName {
		faults = append(faults, fault.Of("Name", a.Name, fmt.Sprintf("a shorter name: Flagger makes %q from it, which has more than %d letters", made, maxName)))
	}
	if a.ProgressDeadlineSeconds < 60 || a.ProgressDeadlineSeconds > 3600 {
		faults = append(faults, fault.Of("ProgressDeadlineSeconds", a.ProgressDeadlineSeconds, "60 to 3600 seconds for the new pods to get ready"))
	}
	return errors.Join(faults...)
}

// validateExposure checks hosts and gateways: one is of no use without the other.
func (a Args) validateExposure() error {
	var faults []error
	for i, host := range a.Hosts {
		key := fmt.Sprintf("Hosts[%d]", i)
		switch {
		case strings.Contains(host, "*"):
			faults = append(faults, fault.Of(key, host, "one full host name: a wildcard would take the traffic of other services"))
		case len(host) > 253 || !hostPattern.MatchString(host):
			faults = append(faults, fault.Of(key, host, "a full host name in lower case, such as api.tripsage.ai"))
		case slices.Contains(a.Hosts[:i], host):
			faults = append(faults, fault.Of(key, host, "each host once"))
		}
	}
	for i, gateway := range a.Gateways {
		key := fmt.Sprintf("Gateways[%d]", i)
		switch {
		case gateway == meshGateway:
			faults = append(faults, fault.Of(key, gateway, "a Gateway's name: the mesh itself is always included"))
		case !gatewayPattern.MatchString(gateway):
			faults = append(faults, fault.Of(key, gateway, "name or namespace/name of a Gateway"))
		case slices.Contains(a.Gateways[:i], gateway):
			faults = append(faults, fault.Of(key, gateway, "each gateway once"))
		}
	}
	if len(a.Hosts) > 0 && len(a.Gateways) == 0 {
		faults = append(faults, fault.Missing("Gateways", "the Gateway through which the world reaches Hosts"))
	}
	if len(a.Gateways) > 0 && len(a.Hosts) == 0 {
		faults = append(faults, fault.Missing("Hosts", "the host names that Gateways let in"))
	}
	return errors.Join(faults...)
}
