package istioroute

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
)

var (
	dnsPattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$`)

	methods = []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	}
)

const maxDNSLength = 253

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		labels.ValidateValue("Version", a.Version),
		netpol.ValidatePort("ServicePort", a.ServicePort),
		netpol.ValidatePort("ContainerPort", a.ContainerPort),
		a.validateHosts(),
		validateDNS("TrustDomain", a.TrustDomain),
		fault.Under("Ingress.", a.Ingress.validate()),
		a.validateCallers(),
		a.validatePlainPorts(),
		a.validateOwner(),
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.TLSSecret == "" {
		faults = append(faults, fault.Missing("TLSSecret", "the name of the Secret with the certificate, in the namespace of the ingress gateway's pods"))
	} else {
		faults = append(faults, validateDNS("TLSSecret", a.TLSSecret))
	}
	return errors.Join(faults...)
}

func (a Args) validateHosts() error {
	if len(a.Hosts) == 0 {
		return fault.Missing("Hosts", "at least one public DNS name such as api.tripsage.ai")
	}
	var faults []error
	for i, host := range a.Hosts {
		key := fmt.Sprintf("Hosts[%d]", i)
		switch {
		case strings.Contains(host, "*"):
			faults = append(faults, fault.Of(key, host, "one full DNS name: a wildcard would take requests meant for others"))
		case !dnsPattern.MatchString(host) || !strings.Contains(host, ".") || len(host) > maxDNSLength:
			faults = append(faults, fault.Of(key, host, "a full DNS name in lower case, such as api.tripsage.ai"))
		case slices.Contains(a.Hosts[:i], host):
			faults = append(faults, fault.Of(key, host, "each host once"))
		}
	}
	return errors.Join(faults...)
}

func (i Ingress) validate() error {
	return errors.Join(
		labels.ValidateName("Namespace", i.Namespace),
		labels.ValidateName("ServiceAccount", i.ServiceAccount),
		labels.ValidateSet("PodLabels", i.PodLabels),
	)
}

// validateOwner checks what belongs to the routes, or that there is nothing of
// it where somebody else makes them.
func (a Args) validateOwner() error {
	switch a.WeightsOwner {
	case OwnerPulumi:
		faults := []error{a.validateTracks(), a.validatePreview(), fault.Under("Traffic.", a.Traffic.Validate())}
		if p := a.WebSocketPath; !path.IsAbs(p) || path.Clean(p) != p || p == "/" || strings.ContainsAny(p, "*?#") {
			faults = append(faults, fault.Of("WebSocketPath", p, "an absolute path such as /ws, not / and without a slash at its end"))
		}
		return errors.Join(faults...)
	case OwnerFlagger:
		return a.validateFlagger()
	default:
		return fault.Of("WeightsOwner", string(a.WeightsOwner), fmt.Sprintf("%s or %s", OwnerPulumi, OwnerFlagger))
	}
}

func (a Args) validateFlagger() error {
	var faults []error
	for _, field := range []struct {
		key string
		set bool
	}{
		{"Tracks", len(a.Tracks) > 0},
		{"Preview", len(a.Preview.Tracks) > 0 || a.Preview.Header != "" || a.Preview.Cookie != ""},
		{"WebSocketPath", a.WebSocketPath != ""},
		{"Traffic", !reflect.ValueOf(a.Traffic).IsZero()},
	} {
		if field.set {
			faults = append(faults, fmt.Errorf("%s is set while WeightsOwner is %q: expected it to be empty; Flagger makes the routes, so give it to the Canary",
				field.key, OwnerFlagger))
		}
	}
	return errors.Join(faults...)
}

func (a Args) validatePlainPorts() error {
	var faults []error
	for i, port := range a.PlainPorts {
		key := fmt.Sprintf("PlainPorts[%d]", i)
		faults = append(faults, netpol.ValidatePort(key, port))
		if port == a.ContainerPort {
			faults = append(faults, fault.Of(key, port, "another port than ContainerPort: its callers have to prove who they are"))
		}
		if slices.Contains(a.PlainPorts[:i], port) {
			faults = append(faults, fault.Of(key, port, "each port once"))
		}
	}
	return errors.Join(faults...)
}

func (a Args) validateCallers() error {
	var faults []error
	seen := map[string]bool{ingressCaller: true}
	for i, caller := range a.Callers {
		at := fmt.Sprintf("Callers[%d].", i)
		faults = append(faults, fault.Under(at, caller.validate()))
		if seen[caller.Name] {
			faults = append(faults, fault.Of(at+"Name", caller.Name, "a name that no other caller has, nor the gateway's own \""+ingressCaller+"\""))
		}
		seen[caller.Name] = true
	}
	return errors.Join(faults...)
}

func (c Caller) validate() error {
	faults := []error{labels.ValidateName("Name", c.Name)}
	if c.Namespace == "" {
		faults = append(faults, fault.Missing("Namespace", "the caller's namespace, with its ServiceAccount or for all of them: a policy without a source lets everybody in"))
	} else {
		faults = append(faults, labels.ValidateName("Namespace", c.Namespace))
	}
	if c.ServiceAccount != "" {
		faults = append(faults, validateDNS("ServiceAccount", c.ServiceAccount))
	}
	for i, port := range c.Ports {
		faults = append(faults, netpol.ValidatePort(fmt.Sprintf("Ports[%d]", i), port))
	}
	for i, method := range c.Methods {
		if !slices.Contains(methods, method) {
			faults = append(faults, fault.Of(fmt.Sprintf("Methods[%d]", i), method, "one of "+strings.Join(methods, ", ")))
		}
	}
	for i, p := range c.Paths {
		if !path.IsAbs(p) || strings.ContainsAny(strings.TrimSuffix(p, "*"), "*{}?#") {
			faults = append(faults, fault.Of(fmt.Sprintf("Paths[%d]", i), p, "an absolute path, or the beginning of one followed by *"))
		}
	}
	return errors.Join(faults...)
}

func validateDNS(key, value string) error {
	if !dnsPattern.MatchString(value) || len(value) > maxDNSLength {
		return fault.Of(key, value, "a DNS name: lower-case letters, digits, dashes and dots")
	}
	return nil
}
