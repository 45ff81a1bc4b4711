package workload

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/process"
)

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		a.process().Validate(),
		a.Ports.Validate(),
		a.Health.Validate(),
		a.Shutdown.Validate(),
		a.validateEdges(),
		a.validateRouting(),
		process.ValidateEnv("Env", a.Env),
		a.Datadog.validate(),
	}
	faults = append(faults, a.validateReleases()...)
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", a.Version))
	}
	return errors.Join(faults...)
}

// Validate checks the numbers and that no two listeners share one.
func (p Ports) Validate() error {
	faults := []error{
		netpol.ValidatePort("Ports.HTTP", p.HTTP),
		netpol.ValidatePort("Ports.Metrics", p.Metrics),
		netpol.ValidatePort("Ports.Service", p.Service),
	}
	if p.HTTP == p.Metrics {
		faults = append(faults, fault.Of("Ports.Metrics", p.Metrics, "another port than Ports.HTTP"))
	}
	if p.Service == p.Metrics {
		faults = append(faults, fault.Of("Ports.Service", p.Service, "another port than Ports.Metrics, which the Service offers too"))
	}
	return errors.Join(faults...)
}

// Validate checks the paths and the time to start.
func (h Health) Validate() error {
	var faults []error
	if !strings.HasPrefix(h.LivePath, "/") {
		faults = append(faults, fault.Of("Health.LivePath", h.LivePath, "a path that starts with /"))
	}
	if !strings.HasPrefix(h.ReadyPath, "/") {
		faults = append(faults, fault.Of("Health.ReadyPath", h.ReadyPath, "a path that starts with /"))
	}
	if h.StartupSeconds < 1 {
		faults = append(faults, fault.Of("Health.StartupSeconds", h.StartupSeconds, "1 or more"))
	}
	return errors.Join(faults...)
}

func (a Args) validateEdges() error {
	faults := []error{
		netpol.ValidateEdges("Ingress", a.Ingress),
		netpol.ValidateEdges("Egress", a.Egress),
	}
	for i, edge := range a.Ingress {
		for _, port := range edge.Ports {
			if !slices.Contains(a.openPorts(), port) {
				faults = append(faults, fault.Of(fmt.Sprintf("Ingress[%d].Ports", i), port,
					fmt.Sprintf("a port that the pod listens on, one of %v", a.openPorts())))
			}
		}
	}
	return errors.Join(faults...)
}

// openPorts are those of the container, and in a mesh the sidecar's for
// Prometheus.
func (a Args) openPorts() []int {
	out := []int{a.Ports.HTTP, a.Ports.Metrics}
	if a.Mesh {
		out = append(out, MeshMetricsPort)
	}
	return out
}
