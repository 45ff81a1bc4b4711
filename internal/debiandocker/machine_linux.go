package debiandocker

import (
	"context"
	_ "embed" // for the script
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

//go:embed machine.sh
var machineScript string

// startTimeout is how long Docker may take to answer.
const startTimeout = time.Minute

// Machine is a running one. Its network has no way out.
type Machine struct {
	docker *exec.Cmd
	group  string // of its containers
}

// Start returns a machine whose Docker answers. The folder state, which is its
// /state, has the machine's data, and project is its /project, read-only. Docker
// tells log what it does.
func Start(ctx context.Context, state, project string, log io.Writer) (*Machine, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("a machine with Docker needs root")
	}
	root, err := root(ctx, log)
	if err != nil {
		return nil, fmt.Errorf("getting Docker for tests: %w", err)
	}
	m := &Machine{group: "/tripsage-docker-" + strconv.Itoa(os.Getpid())}
	m.docker = exec.Command("bash", "-c", machineScript, "machine.sh", root, state, project, m.group) // #nosec G204 -- our own script
	m.docker.Stdout, m.docker.Stderr = log, log
	m.docker.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := m.docker.Start(); err != nil {
		return nil, err
	}
	for end := time.Now().Add(startTimeout); ; time.Sleep(200 * time.Millisecond) {
		out, err := m.Command(ctx, "docker", "version").CombinedOutput()
		if err == nil {
			return m, nil
		}
		if time.Now().After(end) {
			return nil, errors.Join(fmt.Errorf("no answer from Docker after %s: %w: %s", startTimeout, err, out), m.Stop())
		}
	}
}

// Command is one that runs on the machine, where it finds Docker.
func (m *Machine) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := m.enter(ctx, "--mount", "--root", program)
	cmd.Args = append(cmd.Args, args...)
	cmd.Env = []string{"PATH=/usr/bin", "HOME=/tmp", "DOCKER_HOST=unix:///state/docker.sock"}
	return cmd
}

// OnNetwork is a program of the host that runs in the machine's network.
func (m *Machine) OnNetwork(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := m.enter(ctx, program)
	cmd.Args = append(cmd.Args, args...)
	return cmd
}

func (m *Machine) enter(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "nsenter", append([]string{"--net", "--target", strconv.Itoa(m.docker.Process.Pid)}, args...)...) // #nosec G204
}

// Stop ends every process of the machine. Its data stays in the folder state.
func (m *Machine) Stop() error {
	_ = m.docker.Process.Signal(syscall.SIGTERM) // it may have ended
	late := time.AfterFunc(startTimeout, func() { _ = m.docker.Process.Kill() })
	defer late.Stop()
	err := m.docker.Wait()
	for _, hierarchies := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/*"} { // of both versions
		groups, _ := filepath.Glob(hierarchies + m.group) // the pattern is fine
		for _, group := range groups {
			err = errors.Join(err, os.Remove(group))
		}
	}
	return err
}
