package workload

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
)

var (
	envPattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	filePattern = regexp.MustCompile(`^[A-Za-z0-9][-._A-Za-z0-9]*$`)
)

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		labels.ValidateName("Component", a.Component),
		hardening.ValidateUserID("UserID", a.UserID),
		fault.Under("Resources.", a.Resources.Validate()),
		a.Ports.Validate(),
		a.Health.Validate(),
		a.Shutdown.Validate(),
		a.validateEdges(),
		a.validateRouting(),
		validateEnv("Env", a.Env),
	}
	faults = append(faults, a.validateReleases()...)
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", a.Version))
	}
	if a.ImagePullSecret != "" {
		faults = append(faults, labels.ValidateName("ImagePullSecret", a.ImagePullSecret))
	}
	faults = append(faults, a.validateSecrets()...)
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

func validateEnv(key string, env map[string]string) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !envPattern.MatchString(name) {
			faults = append(faults, fault.Of(key+"'s name", name, "letters, digits and underscores, not starting with a digit"))
		}
	}
	return errors.Join(faults...)
}

func (a Args) validateSecrets() []error {
	var faults []error
	if !path.IsAbs(a.SecretsPath) || path.Clean(a.SecretsPath) != a.SecretsPath {
		faults = append(faults, fault.Of("SecretsPath", a.SecretsPath, "an absolute path without . or .. and without a slash at its end"))
	}
	seen := map[string]bool{}
	for i, secret := range a.Secrets {
		at := fmt.Sprintf("Secrets[%d].", i)
		faults = append(faults, secret.Secret.Validate(at+"Secret"))
		if len(secret.Files) == 0 {
			faults = append(faults, fault.Missing(at+"Files", "at least one file name with its key"))
		}
		for _, file := range slices.Sorted(maps.Keys(secret.Files)) {
			if !filePattern.MatchString(file) {
				faults = append(faults, fault.Of(at+"Files", file, "a plain file name"))
			}
			if seen[file] {
				faults = append(faults, fault.Of(at+"Files", file, "a name that no other file in SecretsPath has"))
			}
			if secret.Files[file] == "" {
				faults = append(faults, fault.Missing(at+"Files["+file+"]", "a key of the Secret"))
			}
			seen[file] = true
		}
	}
	return faults
}
