package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// downTimeout bounds cleaning up.
const downTimeout = 2 * time.Minute

// operator runs the operator's program as a person would, on a cluster of its
// own.
type operator struct {
	state string
	nodes string // auto, real or simulated
}

// newOperator has its cluster stopped and purged at the end, whatever happens.
func newOperator(b *testing.B, name, nodes string) operator {
	b.Helper()
	o := operator{filepath.Join(suite.dir, name), nodes}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(suite.context), downTimeout)
		defer cancel()
		if _, err := o.try(ctx, nil, "down", "--purge"); err != nil {
			b.Errorf("clean up: %v", err)
		}
	})
	return o
}

// upReport is the part of `up --json` that is looked at here.
type upReport struct {
	Nodes      string
	Simulated  string
	Kubeconfig string
	Update     struct {
		Changes []json.RawMessage
	}
}

// nodesNote says on what pods ran.
func (r upReport) nodesNote() string {
	if r.Simulated == "" {
		return r.Nodes + " node"
	}
	return r.Nodes + " nodes: " + r.Simulated
}

// up runs `tripsage up`; started, unless nil, is told its process.
func (o operator) up(b *testing.B, started func(pid int)) (upReport, time.Duration) {
	b.Helper()
	start := time.Now()
	stdout, err := o.try(suite.context, started, "up", "--json")
	took := time.Since(start)
	require.NoError(b, err)
	var r upReport
	require.NoError(b, json.Unmarshal(stdout, &r), "%s", stdout)
	return r, took
}

// purge leaves an empty state folder.
func (o operator) purge(b *testing.B) {
	b.Helper()
	_, err := o.try(suite.context, nil, "down", "--purge")
	require.NoError(b, err)
	require.NoError(b, os.RemoveAll(o.state))
}

func (o operator) try(ctx context.Context, started func(pid int), args ...string) ([]byte, error) {
	args = append([]string{"--project", suite.checkout, "--state-dir", o.state, "--nodes", o.nodes}, args...)
	cmd := exec.CommandContext(ctx, suite.program, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "KUBECONFIG=") })
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = downTimeout
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Start()
	if err == nil {
		if started != nil {
			started(cmd.Process.Pid)
		}
		err = cmd.Wait()
	}
	if err != nil {
		return nil, fmt.Errorf("tripsage %s: %w\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes(), nil
}
