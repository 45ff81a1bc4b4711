package httpapi

import (
	"math"
	"net/http"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const jsonType = "application/json"

type liveness struct {
	Status service.Status `json:"status"`
}

// live says that the process can answer. It touches nothing else and stays good while draining:
// a restart would not mend a dependency, and would cut a drain short.
func (a *API) live(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, jsonType, liveness{Status: service.StatusUp})
	return nil
}

type readiness struct {
	Ready  bool           `json:"ready"`
	Status service.Status `json:"status,omitempty"` // of the dependencies; not checked while draining
	Code   service.Code   `json:"code,omitempty"`   // why it is not ready
}

// ready says whether this pod should get requests.
func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	if a.draining.Load() {
		writeJSON(w, http.StatusServiceUnavailable, jsonType, readiness{Code: service.CodeDraining})
		return nil
	}
	report, err := a.Health.Report(r.Context())
	if err != nil {
		return err
	}
	if !report.Ready() {
		writeJSON(w, http.StatusServiceUnavailable, jsonType,
			readiness{Status: report.Status, Code: service.CodeDependencyDown})
		return nil
	}
	writeJSON(w, http.StatusOK, jsonType, readiness{Ready: true, Status: report.Status})
	return nil
}

type details struct {
	Status       service.Status               `json:"status"`
	Environment  string                       `json:"environment"`
	Version      string                       `json:"version"`
	Commit       string                       `json:"commit"`
	GoVersion    string                       `json:"go_version"`
	Uptime       float64                      `json:"uptime_seconds"`
	Draining     bool                         `json:"draining"`
	CheckedAt    time.Time                    `json:"checked_at"`
	Dependencies map[string]dependencyDetails `json:"dependencies"`
	Features     map[string]bool              `json:"features"`
}

type dependencyDetails struct {
	Status        service.Status    `json:"status"`
	Required      bool              `json:"required"`
	Server        string            `json:"server,omitempty"`
	ServerVersion string            `json:"server_version,omitempty"`
	Extensions    map[string]string `json:"extensions,omitempty"`
	Latency       float64           `json:"latency_ms"`
	Error         service.Code      `json:"error,omitempty"`
}

// detailed shows the whole report. It is 503 only when the service cannot work.
func (a *API) detailed(w http.ResponseWriter, r *http.Request) error {
	report, err := a.Health.Report(r.Context())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !report.Ready() {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, jsonType, details{
		Status: report.Status, Environment: a.Environment,
		Version: a.Build.Version, Commit: a.Build.Commit, GoVersion: a.Build.GoVersion,
		Uptime:       math.Floor(time.Since(a.Started).Seconds()*1000) / 1000,
		Draining:     a.draining.Load(),
		CheckedAt:    report.CheckedAt.UTC().Truncate(time.Millisecond),
		Dependencies: dependencies(report.Dependencies),
		Features:     a.Features.Named(),
	})
	return nil
}

func dependencies(reports []service.DependencyReport) map[string]dependencyDetails {
	all := make(map[string]dependencyDetails, len(reports))
	for _, dep := range reports {
		all[dep.Name] = dependencyDetails{
			Status: dep.Status, Required: dep.Required,
			Server: dep.Server, ServerVersion: dep.Version, Extensions: dep.Extensions,
			Latency: milliseconds(dep.Latency), Error: dep.Code,
		}
	}
	return all
}

type versionAnswer struct {
	Version   string `json:"version"`
	Commit    string `json:"commit"`
	GoVersion string `json:"go_version"`
}

// version says which program answers.
func (a *API) version(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, jsonType, versionAnswer{
		Version: a.Build.Version, Commit: a.Build.Commit, GoVersion: a.Build.GoVersion,
	})
	return nil
}
