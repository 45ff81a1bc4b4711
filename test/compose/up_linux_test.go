package compose

import (
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUp follows the compose file's first lines on a machine with Docker, but for Grafana, whose
// image cannot be made from Debian packages: start, make a token, use the API, and come back later.
func TestUp(t *testing.T) {
	d := startDocker(t)
	up := []string{"up", "--detach", "--no-build", "--wait", "api", "prometheus"}
	d.compose(t, up...)
	assert.Equal(t, map[string]string{
		"api": "running healthy", "dragonfly": "running healthy", "postgres": "running healthy", "prometheus": "running healthy",
		"migrate": "exited 0", "secrets": "exited 0",
	}, d.services(t))
	token := d.token(t)
	assert.Contains(t, d.api(t, token, "/trips", "--data", `{"name":"Spring","destination":"Lisbon","start_date":"2027-04-01","end_date":"2027-04-05"}`), `"Spring"`)
	assert.Contains(t, d.api(t, token, "/search/destinations?q=lisbn"), `"Lisbon"`)
	assert.Contains(t, d.api(t, token, "/health/detailed"), `"status":"up"`)
	d.scraped(t)

	// As process 1 the server would restart when somebody's process fails.
	d.compose(t, "exec", "-T", "postgres", "bash", "-c", "(sleep 1; exit 2) >/dev/null 2>&1 &")
	time.Sleep(2 * time.Second)
	assert.NotContains(t, d.compose(t, "logs", "postgres"), "terminating any other active server processes")

	d.compose(t, "down")
	d.compose(t, up...)
	assert.Contains(t, d.api(t, token, "/trips"), `"Spring"`, "rows and passwords stay")
	d.compose(t, "down", "--volumes")
	out, err := d.Command(t.Context(), "docker", "volume", "ls", "--quiet").Output()
	require.NoError(t, err)
	assert.Empty(t, string(out), "until its volumes are deleted")
}

// services are the states of all containers, with the health of those that run.
func (d docker) services(t *testing.T) map[string]string {
	t.Helper()
	states := map[string]string{}
	for line := range strings.Lines(d.compose(t, "ps", "--all", "--format", "json")) {
		var one struct {
			Service, State, Health string
			ExitCode               json.Number
		}
		require.NoError(t, json.Unmarshal([]byte(line), &one), line)
		states[one.Service] = one.State + " " + one.ExitCode.String()
		if one.State == "running" {
			states[one.Service] = one.State + " " + one.Health
		}
	}
	return states
}

// token is made as the compose file says.
func (d docker) token(t *testing.T) string {
	t.Helper()
	sign := exec.Command(repository+"/bin/tripsage", "token", "--user", "ada@example.com", "--secret-file", "/dev/stdin")
	sign.Stdin = strings.NewReader(d.compose(t, "run", "--rm", "-T", "secrets", "show", "api/jwt-secret"))
	token, err := sign.Output()
	require.NoError(t, err, stderr(err))
	return strings.TrimSpace(string(token))
}

// api asks at the address that is published to the machine.
func (d docker) api(t *testing.T, token, path string, curl ...string) string {
	t.Helper()
	args := []string{"--silent", "--show-error", "--fail-with-body", "--header", "Authorization: Bearer " + token, "http://127.0.0.1:8000" + path}
	out, err := d.OnNetwork(t.Context(), "curl", append(args, curl...)...).Output()
	require.NoError(t, err, "%s%s", out, stderr(err))
	return string(out)
}

// scraped wants Prometheus to read everything that it has been told to.
func (d docker) scraped(t *testing.T) {
	t.Helper()
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		var answer struct {
			Data struct {
				ActiveTargets []struct{ ScrapePool, Health, LastError string }
			}
		}
		out, err := d.OnNetwork(context.Background(), "curl", "--silent", "http://127.0.0.1:9090/api/v1/targets").Output()
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &answer))
		found := map[string]string{}
		for _, target := range answer.Data.ActiveTargets {
			found[target.ScrapePool] = target.Health + target.LastError
		}
		assert.Equal(t, map[string]string{"tripsage-api": "up", "dragonfly": "up", "prometheus": "up"}, found)
	}, time.Minute, time.Second)
}

func stderr(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(exit.Stderr)
	}
	return ""
}
