package monitoring

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
)

func (a Args) withDefaults() Args {
	a.IntervalSeconds = cmp.Or(a.IntervalSeconds, 15)
	a.Prometheus.RetentionDays = cmp.Or(a.Prometheus.RetentionDays, 15)
	a.Prometheus.StorageGiB = cmp.Or(a.Prometheus.StorageGiB, 10)
	return a
}

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	var faults []error
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.IntervalSeconds < 1 || a.IntervalSeconds > 60 {
		faults = append(faults, fault.Of("IntervalSeconds", a.IntervalSeconds, "1 to 60: after a minute without news alerts end"))
	}
	if len(a.Rules) == 0 {
		faults = append(faults, fault.Missing("Rules", "at least one group"))
	}
	for i, target := range a.Targets {
		faults = append(faults, fault.Under(fmt.Sprintf("Targets[%d].", i), target.validate()))
	}
	faults = append(faults, a.validateImages()...)
	if a.Operator != nil {
		faults = append(faults, labels.ValidateName("Operator.Namespace", a.Operator.Namespace))
	} else {
		faults = append(faults, a.validateServers()...)
	}
	if a.Grafana != nil && a.Operator != nil {
		faults = append(faults, fault.Of("Grafana", "set", "nothing with Operator: the Prometheus that it would show runs elsewhere"))
	}
	programs, err := a.programs()
	for _, p := range programs {
		faults = append(faults, fault.Under(p.name+": ", p.validate(a)),
			fault.Under(p.name+": ", netpol.ValidateEdges("From", p.from)), fault.Under(p.name+": ", netpol.ValidateEdges("To", p.to)))
	}
	return errors.Join(append(faults, err)...)
}

func (a Args) validateImages() []error {
	images := map[string]string{}
	if a.Operator == nil {
		images["Prometheus.Image"], images["Alertmanager.Image"] = a.Prometheus.Image, a.Alertmanager.Image
	}
	if a.Exporter != nil {
		images["Exporter.Image"] = a.Exporter.Image
	}
	if a.StateMetrics != nil {
		images["StateMetrics.Image"] = a.StateMetrics.Image
	}
	if a.Grafana != nil {
		images["Grafana.Image"] = a.Grafana.Image
	}
	var faults []error
	for _, key := range []string{"Prometheus.Image", "Alertmanager.Image", "Exporter.Image", "StateMetrics.Image", "Grafana.Image"} {
		if image, asked := images[key]; asked {
			faults = append(faults, imageref.Validate(key, image))
		}
	}
	return faults
}

func (a Args) validateServers() []error {
	var faults []error
	if a.Prometheus.RetentionDays < 1 {
		faults = append(faults, fault.Of("Prometheus.RetentionDays", a.Prometheus.RetentionDays, "1 or more"))
	}
	if a.Prometheus.StorageGiB < 1 || a.Prometheus.StorageGiB > 1023 {
		faults = append(faults, fault.Of("Prometheus.StorageGiB", a.Prometheus.StorageGiB, "1 to 1023"))
	}
	if a.Alertmanager.Config == "" {
		faults = append(faults, fault.Missing("Alertmanager.Config", "a configuration file"))
	}
	if (a.Alertmanager.Secret == nil) != (len(a.Alertmanager.Files) == 0) {
		faults = append(faults, fault.Of("Alertmanager.Files", fmt.Sprint(a.Alertmanager.Files), "keys of Alertmanager.Secret, or neither of the two"))
	}
	if len(a.Kubernetes) == 0 {
		faults = append(faults, fault.Missing("Kubernetes", "the way to the Kubernetes API, where pods are found"))
	}
	return faults
}

func (t Target) validate() error {
	faults := []error{labels.ValidateName("Job", t.Job), netpol.ValidatePort("Port", t.Port)}
	if len(t.PodLabels) == 0 {
		faults = append(faults, fault.Missing("PodLabels", "the labels of the pods"))
	}
	return errors.Join(faults...)
}
