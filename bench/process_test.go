package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// server is a program that answers HTTP.
type server struct {
	name    string
	url     string
	metrics string // where Prometheus reads; "" for none
	pid     int
	took    time.Duration // from its start until it was ready
	idle    int64         // bytes of memory then
	stop    func()
}

// start runs the program in a process group of its own and waits until it is ready, as ready says.
func start(t testing.TB, name, addr, ready string, env map[string]string, program string, args ...string) *server {
	t.Helper()
	cmd := exec.Command(program, args...) // #nosec G204 -- fixed programs
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	for key, value := range env {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	var output bytes.Buffer
	log, err := os.Create(filepath.Join(t.TempDir(), name+".log"))
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = log, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	begin := time.Now()
	require.NoError(t, cmd.Start())
	s := &server{name: name, url: "http://" + addr, pid: cmd.Process.Pid}
	s.stop = sync.OnceFunc(func() {
		_ = syscall.Kill(-s.pid, syscall.SIGTERM)
		kill := time.AfterFunc(10*time.Second, func() { _ = syscall.Kill(-s.pid, syscall.SIGKILL) })
		defer kill.Stop()
		_ = cmd.Wait() // a signal ended it
		if t.Failed() {
			t.Logf("%s said:\n%s\n%s", name, tail(output.String(), 40), failures(log.Name()))
		}
	})
	t.Cleanup(s.stop)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !healthy(ctx, s.url+ready) {
		require.NoError(t, ctx.Err(), "%s does not answer:\n%s", name, output.String())
		time.Sleep(time.Millisecond)
	}
	s.took = time.Since(begin)
	s.idle = s.memory(t)
	return s
}

func healthy(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// failures are the last lines of a JSON log about requests that were not answered well.
func failures(file string) string {
	data, err := os.ReadFile(file) // #nosec G304 -- our own
	if err != nil {
		return err.Error()
	}
	bad := regexp.MustCompile(`(?m)^.*"status":[45].*$`).FindAllString(string(data), -1)
	return strings.Join(bad[max(0, len(bad)-10):], "\n")
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// processes are the process ids of the server's group.
func (s *server) processes(t testing.TB) []string {
	t.Helper()
	pids := processesWith(t, 2, s.pid) // pgrp
	require.NotEmpty(t, pids, "%s has ended", s.name)
	return pids
}

// cpu is the user and system time of all of the server's processes so far.
func (s *server) cpu(t testing.TB) time.Duration {
	t.Helper()
	return cpuOf(s.processes(t)...)
}

// memory is the proportional set size in bytes: what processes share counts once.
func (s *server) memory(t testing.TB) int64 {
	t.Helper()
	var total int64
	for _, pid := range s.processes(t) {
		data, err := os.ReadFile(filepath.Join("/proc", pid, "smaps_rollup")) // #nosec G304 -- below /proc
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			var kib int64
			if n, _ := fmt.Sscanf(line, "Pss: %d kB", &kib); n == 1 {
				total += kib << 10
			}
		}
	}
	return total
}
