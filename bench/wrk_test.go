package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shot is one request that is sent over and over, in turn with others.
type shot struct{ method, path, body, token string }

// result is what load.lua prints. Times are in microseconds.
type result struct {
	Requests     int     `json:"requests"`
	Elapsed      float64 `json:"microseconds"`
	StatusErrors int     `json:"status_errors"`
	SocketErrors int     `json:"socket_errors"`
	Timeouts     int     `json:"timeouts"`
	P50          int     `json:"p50"`
	P95          int     `json:"p95"`
	P99          int     `json:"p99"`

	// Used is what each part used meanwhile, and Load what wrk did.
	Used usage         `json:"-"`
	Load time.Duration `json:"-"`
	// Memory is the server's memory afterwards, over all of its processes.
	Memory int64 `json:"-"`
}

func (r result) perSecond() float64 { return float64(r.Requests) / (r.Elapsed / 1e6) }

// perCore is how many requests one core of the server would serve in a second.
func (r result) perCore() float64 { return float64(r.Requests) / r.Used.server.Seconds() }

// join makes one result of several rounds. Its percentiles are those of the middle one.
func join(rounds []result) result {
	middle := func(percentile func(result) int) int {
		all := make([]int, len(rounds))
		for i, r := range rounds {
			all[i] = percentile(r)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	sum := result{
		P50: middle(func(r result) int { return r.P50 }),
		P95: middle(func(r result) int { return r.P95 }),
		P99: middle(func(r result) int { return r.P99 }),
	}
	for _, r := range rounds {
		sum.Requests += r.Requests
		sum.Elapsed += r.Elapsed
		sum.Used.add(r.Used)
		sum.Load += r.Load
		sum.Memory = max(sum.Memory, r.Memory)
	}
	return sum
}

// fire sends the shots over so many connections for so long, and fails on any error.
func fire(t testing.TB, s stores, on *server, shots []shot, connections int, duration time.Duration) result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "requests.tsv")
	var lines bytes.Buffer
	for _, s := range shots {
		fmt.Fprintf(&lines, "%s\t%s\t%s\t%s\n", s.method, s.path, s.body, s.token)
	}
	require.NoError(t, os.WriteFile(file, lines.Bytes(), 0o600))
	script, err := filepath.Abs("load.lua")
	require.NoError(t, err)

	cmd := exec.Command("wrk", "--threads", strconv.Itoa(min(connections, 2)), // #nosec G204
		"--connections", strconv.Itoa(connections), "--duration", fmt.Sprintf("%ds", int(duration.Seconds())),
		"--timeout", "10s", "--script", script, on.url, "--", file)
	before := s.used(t, on)
	output, err := cmd.CombinedOutput()
	used := s.used(t, on).since(before)
	require.NoError(t, err, "%s", output)
	var r result
	for line := range strings.Lines(string(output)) {
		if strings.HasPrefix(line, "{") {
			require.NoError(t, json.Unmarshal([]byte(line), &r))
		}
	}
	r.Used, r.Memory = used, on.memory(t)
	r.Load = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	require.Positive(t, r.Requests, "%s", output)
	require.Zero(t, r.StatusErrors+r.SocketErrors+r.Timeouts, "every request must be answered well: %+v", r)
	return r
}
