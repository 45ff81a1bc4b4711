package compose

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// counterparts are the services that the cluster has too.
var counterparts = map[string]string{
	"api": "tripsage-api", "migrate": "tripsage-api-migrate", "postgres": "postgres", "dragonfly": "dragonfly",
}

// intended is every difference that is meant, with its reason. One that does not
// occur any more fails the test as well.
var intended = map[string]string{
	"api image":       "Compose builds the image of the checkout, which the cluster's registry does not have",
	"migrate image":   "as the API's",
	"postgres image":  "in the cluster it is made of Debian packages, without Docker; here it comes from pgvector's own images",
	"dragonfly image": "the embedded cluster has Valkey in its place; here it is what staging and production run",

	"dragonfly env HEALTHCHECK_PORT": "Kubernetes connects to the port; here the image's own check asks the server",
	"api check":                      "Kubernetes asks over HTTP; here the program asks itself, with the same address",
	"dragonfly check":                "Kubernetes connects to the port; here the image's own check asks the server",
	"dragonfly ports":                "nothing outside asks the cache; other containers need no declaration",
	"postgres ports":                 "as the cache",
	"api port metrics":               "Prometheus reads it on the inner network",
}

func TestServicesAreThoseOfTheCluster(t *testing.T) {
	here, local := project(t), rendered(t, "local")
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(counterparts)) {
		p, ok := local.pods[counterparts[name]]
		require.True(t, ok, counterparts[name])
		differences = append(differences, compare(t, name, here.Services[name], p, local.environment(p))...)
	}
	for _, difference := range differences {
		what, _, _ := strings.Cut(difference, ":")
		assert.Contains(t, intended, what, "make deploy/compose.yaml say what the cluster says, or give the reason here: %s", difference)
	}
	for what := range intended {
		assert.True(t, slices.ContainsFunc(differences, func(d string) bool { return strings.HasPrefix(d, what+":") }),
			"the difference %q is gone: remove its reason", what)
	}
}

func compare(t *testing.T, name string, s types.ServiceConfig, p pod, environment map[string]string) []string {
	t.Helper()
	var found []string
	differ := func(what string, compose, cluster any) {
		if a, b := fmt.Sprintf("%v", compose), fmt.Sprintf("%v", cluster); a != b {
			found = append(found, fmt.Sprintf("%s %s: compose has %s, the cluster %s", name, what, a, b))
		}
	}
	differ("image", s.Image, p.Image)
	differ("entrypoint", []string(s.Entrypoint), p.Command)
	differ("command", []string(s.Command), p.Args)
	for _, key := range union(s.Environment, environment) {
		value := "nothing"
		if s.Environment[key] != nil {
			value = *s.Environment[key]
		}
		want, set := environment[key]
		if !set {
			want = "nothing"
		}
		differ("env "+key, value, want)
	}
	differ("user", s.User, fmt.Sprintf("%d:%d", *p.SecurityContext.RunAsUser, *p.SecurityContext.RunAsGroup))
	differ("read-only", s.ReadOnly, *p.SecurityContext.ReadOnlyRootFilesystem)
	differ("capabilities", s.CapDrop, p.SecurityContext.Capabilities.Drop)
	differ("memory", int64(s.MemLimit), p.Resources.Limits.Memory().Value())
	differ("cpus", s.CPUS, p.Resources.Limits.Cpu().AsApproximateFloat64())
	differ("mounts", mounts(s), podMounts(p))
	found = append(found, comparePorts(name, s, p)...)
	if probe := p.ReadinessProbe; probe != nil {
		require.NotNil(t, s.HealthCheck, name)
		differ("check", []string(s.HealthCheck.Test), checkOf(probe))
		differ("check interval", time.Duration(*s.HealthCheck.Interval), time.Duration(probe.PeriodSeconds)*time.Second)
		differ("check timeout", time.Duration(*s.HealthCheck.Timeout), time.Duration(probe.TimeoutSeconds)*time.Second)
		differ("check retries", *s.HealthCheck.Retries, probe.FailureThreshold)
		startup := time.Duration(p.StartupProbe.PeriodSeconds*p.StartupProbe.FailureThreshold) * time.Second
		differ("start period", time.Duration(*s.HealthCheck.StartPeriod), startup)
		differ("grace period", time.Duration(*s.StopGracePeriod), time.Duration(*p.spec.TerminationGracePeriodSeconds)*time.Second)
	}
	return found
}

func union(a types.MappingWithEquals, b map[string]string) []string {
	keys := slices.Collect(maps.Keys(b))
	for key := range a {
		if _, both := b[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func checkOf(probe *corev1.Probe) []string {
	if probe.Exec == nil {
		return []string{"from outside"}
	}
	return append([]string{"CMD"}, probe.Exec.Command...)
}

// comparePorts compares what is published here with what the pod listens on.
func comparePorts(name string, s types.ServiceConfig, p pod) []string {
	published := map[string]bool{}
	for _, port := range s.Ports {
		published[strconv.Itoa(int(port.Target))] = true
	}
	if len(published) == 0 && len(p.Ports) > 0 {
		return []string{name + " ports: none is published, the pod has some"}
	}
	var found []string
	for _, port := range p.Ports {
		if number := strconv.Itoa(int(port.ContainerPort)); published[number] {
			delete(published, number)
		} else {
			found = append(found, name+" port "+port.Name+": not published")
		}
	}
	for number := range published {
		found = append(found, name+" port "+number+": published, and the pod has no such port")
	}
	return found
}

// mounts are the paths that a container finds something at, with whether it may
// write there. The cluster mounts a folder of files, Compose each file.
func mounts(s types.ServiceConfig) []string {
	found := map[string]bool{}
	for _, volume := range s.Volumes {
		found[volume.Target] = volume.ReadOnly
	}
	for _, entry := range s.Tmpfs {
		path, _, _ := strings.Cut(entry, ":")
		found[path] = false
	}
	for _, config := range s.Configs {
		found[config.Target[:strings.LastIndex(config.Target, "/")]] = true
	}
	return lines(found)
}

func podMounts(p pod) []string {
	found := map[string]bool{}
	for _, mount := range p.VolumeMounts {
		found[mount.MountPath] = mount.ReadOnly
	}
	return lines(found)
}

func lines(readOnly map[string]bool) []string {
	var found []string
	for path, ro := range readOnly {
		found = append(found, fmt.Sprintf("%s read-only=%t", path, ro))
	}
	slices.Sort(found)
	return found
}

// The cache is the one that staging and production run, and PostgreSQL starts
// with the very files that the cluster's pod gets.
func TestFilesAndCacheAreTheClustersOwn(t *testing.T) {
	here := project(t)
	for _, stack := range []string{"staging", "production"} {
		text, err := os.ReadFile(repository + "/Pulumi." + stack + ".yaml")
		require.NoError(t, err)
		assert.Contains(t, string(text), here.Services["dragonfly"].Image)
	}
	start := rendered(t, "local").configs["postgres-start"]
	require.NotEmpty(t, start)
	for name, content := range start {
		text, err := os.ReadFile(here.Configs[name].File)
		require.NoError(t, err)
		assert.Equal(t, content, string(text), name)
	}
}
