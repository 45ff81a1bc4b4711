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
	"strconv"
	"strings"
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
}

// start runs the program in a process group of its own and waits until it is healthy.
func start(t testing.TB, name, addr string, env map[string]string, program string, args ...string) *server {
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
	require.NoError(t, cmd.Start())
	s := &server{name: name, url: "http://" + addr, pid: cmd.Process.Pid}
	t.Cleanup(func() {
		_ = syscall.Kill(-s.pid, syscall.SIGTERM)
		kill := time.AfterFunc(10*time.Second, func() { _ = syscall.Kill(-s.pid, syscall.SIGKILL) })
		defer kill.Stop()
		_ = cmd.Wait() // a signal ended it
		if t.Failed() {
			t.Logf("%s said:\n%s\n%s", name, tail(output.String(), 40), failures(log.Name()))
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !healthy(ctx, s.url+"/health") {
		require.NoError(t, ctx.Err(), "%s does not answer:\n%s", name, output.String())
		time.Sleep(20 * time.Millisecond)
	}
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
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	var pids []string
	for _, path := range stats {
		if fields := statFields(path); len(fields) > 2 && fields[2] == strconv.Itoa(s.pid) {
			pids = append(pids, filepath.Base(filepath.Dir(path)))
		}
	}
	require.NotEmpty(t, pids, "%s has ended", s.name)
	return pids
}

// statFields are what follows the program's name in /proc/PID/stat: state, ppid, pgrp, … (proc(5)).
func statFields(path string) []string {
	data, err := os.ReadFile(path) // #nosec G304 -- below /proc
	if err != nil {
		return nil // the process has ended meanwhile
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	return strings.Fields(rest)
}

// clockTicks is USER_HZ, which is 100 on every Linux that Go runs on.
const clockTicks = 100

// cpu is the user and system time of all of the server's processes so far.
func (s *server) cpu(t testing.TB) time.Duration {
	t.Helper()
	var ticks int64
	for _, pid := range s.processes(t) {
		fields := statFields(filepath.Join("/proc", pid, "stat"))
		for _, index := range []int{11, 12} { // utime and stime
			n, err := strconv.ParseInt(fields[index], 10, 64)
			require.NoError(t, err)
			ticks += n
		}
	}
	return time.Duration(ticks) * time.Second / clockTicks
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
