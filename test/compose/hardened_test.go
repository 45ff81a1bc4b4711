package compose

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

var (
	pinned  = regexp.MustCompile(`^[a-z0-9./-]+:[^@:]+@sha256:[0-9a-f]{64}$`)
	numeric = regexp.MustCompile(`^[0-9]+:[0-9]+$`)
)

func TestServicesAreHardened(t *testing.T) {
	p := project(t)
	require.Len(t, p.Services, 7)
	for name, s := range p.Services {
		assert.True(t, s.ReadOnly, "%s: a root file system that nobody can write to", name)
		assert.Equal(t, []string{"ALL"}, s.CapDrop, name)
		assert.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
		assert.Regexp(t, numeric, s.User, name)
		assert.False(t, s.Privileged, name)
		assert.Positive(t, s.MemLimit, name)
		assert.Positive(t, s.CPUS, name)
		assert.Positive(t, s.PidsLimit, name)
		if s.Build == nil {
			assert.Regexp(t, pinned, s.Image, name)
		}
		for _, port := range s.Ports {
			assert.Equal(t, "127.0.0.1", port.HostIP, "%s: for this machine only", name)
		}
		for _, volume := range s.Volumes {
			assert.NotContains(t, volume.Source, "docker.sock", name)
		}
		server := s.Restart == types.RestartPolicyUnlessStopped
		assert.Equal(t, server, s.HealthCheck != nil, "%s: servers are checked, and jobs end", name)
	}
	assert.Equal(t, "0:0", p.Services["secrets"].User, "the only root, which owns the new volumes")
	assert.Equal(t, "none", p.Services["secrets"].NetworkMode)
}

// The database and the cache are reached by those who need them, and reach nobody.
func TestNetworks(t *testing.T) {
	p := project(t)
	assert.True(t, p.Networks["data"].Internal)
	assert.True(t, p.Networks["monitoring"].Internal)
	on := func(network string) (names []string) {
		for name, s := range p.Services {
			if _, ok := s.Networks[network]; ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
	assert.Equal(t, []string{"api", "dragonfly", "migrate", "postgres"}, on("data"))
	assert.Equal(t, []string{"api", "dragonfly", "grafana", "prometheus"}, on("monitoring"))
	assert.Equal(t, []string{"api", "grafana", "prometheus"}, on("outside"))
}

func TestMigrationsRunBeforeTheAPIAndPasswordsBeforeAll(t *testing.T) {
	p := project(t)
	waits := func(service, dependency, condition string) {
		t.Helper()
		assert.Equal(t, condition, p.Services[service].DependsOn[dependency].Condition, "%s waits for %s", service, dependency)
	}
	waits("api", "migrate", types.ServiceConditionCompletedSuccessfully)
	waits("api", "dragonfly", types.ServiceConditionHealthy)
	waits("migrate", "postgres", types.ServiceConditionHealthy)
	for _, server := range []string{"postgres", "dragonfly", "grafana"} {
		waits(server, "secrets", types.ServiceConditionCompletedSuccessfully)
	}
	assert.Equal(t, p.Services["api"].Image, p.Services["migrate"].Image)
	assert.Equal(t, p.Services["api"].Build, p.Services["migrate"].Build)
}

func TestDataIsKept(t *testing.T) {
	p := project(t)
	for service, path := range map[string]string{
		"postgres": "/var/lib/postgresql/data", "prometheus": "/prometheus", "grafana": "/var/lib/grafana",
	} {
		found := slices.IndexFunc(p.Services[service].Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == path })
		require.GreaterOrEqual(t, found, 0, service)
		volume := p.Services[service].Volumes[found]
		assert.Equal(t, types.VolumeTypeVolume, volume.Type, service)
		assert.Contains(t, p.Volumes, volume.Source)
	}
}

// Prometheus reads the ports that the cluster's pods are annotated with, and
// Grafana asks this Prometheus.
func TestMonitoringReadsTheSamePorts(t *testing.T) {
	p := project(t)
	var config struct {
		ScrapeConfigs []struct {
			JobName       string                       `json:"job_name"`
			StaticConfigs []struct{ Targets []string } `json:"static_configs"`
		} `json:"scrape_configs"`
	}
	read(t, p.Configs["prometheus.yml"].File, &config)
	targets := map[string]string{}
	for _, job := range config.ScrapeConfigs {
		for _, static := range job.StaticConfigs {
			targets[job.JobName] = static.Targets[0]
		}
	}
	assert.Equal(t, map[string]string{"tripsage-api": "api:9090", "dragonfly": "dragonfly:9999", "prometheus": "127.0.0.1:9090"}, targets)
	local := rendered(t, "local")
	for job, container := range map[string]string{"tripsage-api": ":9090", "dragonfly": ":9999"} {
		assert.Equal(t, container, ":"+local.pods[job].annotations["prometheus.io/port"], job)
	}
	var sources struct{ Datasources []struct{ URL string } }
	read(t, repository+"/deploy/grafana/provisioning/datasources/prometheus.yaml", &sources)
	require.Len(t, sources.Datasources, 1)
	assert.Equal(t, "http://prometheus:9090", sources.Datasources[0].URL)
	var dashboards struct {
		Providers []struct{ Options struct{ Path string } }
	}
	read(t, repository+"/deploy/grafana/provisioning/dashboards/tripsage.yaml", &dashboards)
	mounted := slices.ContainsFunc(p.Services["grafana"].Volumes, func(v types.ServiceVolumeConfig) bool {
		return v.Target == dashboards.Providers[0].Options.Path
	})
	assert.True(t, mounted, "the dashboards are mounted where Grafana looks for them")
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into))
}
