package localcluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/tripsage/infrastructure/localcluster/config"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// SupervisorCommand is the hidden command of the operator's program that
// becomes the supervisor; its one argument is a JSON supervisor.Settings.
const SupervisorCommand = "supervise"

// Programs are what the cluster is made of. Packages and Addons are needed for
// real nodes, KWOK for simulated ones.
type Programs struct {
	Node, Addons, KWOK string
	Packages           Packages
}

// StartControlPlane starts what is not running of etcd, the API server, its
// controllers and the registry, and waits until they answer. Already is true
// when all of it was running.
func (c *Cluster) StartControlPlane(ctx context.Context, programs Programs) (already bool, err error) {
	if !c.Exists() {
		if c.record.Ports, err = choosePorts(c.Nodes); err != nil {
			return false, err
		}
		if err := c.saveRecord(); err != nil {
			return false, err
		}
	}
	ids, err := c.issueIdentities()
	if err != nil {
		return false, err
	}
	key, err := c.encryptionKey()
	if err != nil {
		return false, err
	}
	if err := config.Write("encryption.yaml", c.config("encryption.yaml"), config.Values{EncryptionKey: key}); err != nil {
		return false, err
	}
	for _, dir := range []string{c.path("registry"), c.path("volumes")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return false, err
		}
	}
	before, running := c.Running(ctx)
	if !running {
		if err := c.startSupervisor(ctx); err != nil {
			return false, err
		}
	}
	processes := c.controlPlane(programs.Node, ids)
	if err := c.apply(ctx, processes); err != nil {
		return false, err
	}
	if err := c.waitForAPI(ctx); err != nil {
		return false, err
	}
	return runsAll(before, processes), c.applyBase(ctx)
}

// runsAll tells whether every one of the processes has a process id.
func runsAll(status supervisor.Status, wanted []supervisor.Process) bool {
	up := map[string]bool{}
	for _, p := range status.Processes {
		up[p.Name] = p.PID != 0
	}
	for _, p := range wanted {
		if !up[p.Name] {
			return false
		}
	}
	return true
}

// apply hands the supervisor a part of the processes, and leaves the others
// and the forwards that are already there as they are.
func (c *Cluster) apply(ctx context.Context, part []supervisor.Process) error {
	spec, err := c.currentSpec()
	if err != nil {
		return err
	}
	spec.Processes = replaceProcesses(spec.Processes, part)
	if c.Nodes == Real {
		spec.Forwards = mergeForwards(spec.Forwards,
			supervisor.Forward{Name: "kube-apiserver", Listen: loopback(c.record.Ports.APIServer), Target: c.addresses().apiServer()},
			supervisor.Forward{Name: "registry", Listen: loopback(c.record.Ports.Registry), Target: c.addresses().registry})
	}
	return c.applySpec(ctx, spec)
}

// APIAddress is the host:port of this machine that Expose gives to the API.
func (c *Cluster) APIAddress() string { return loopback(c.record.Ports.API) }

// Expose makes an address of the cluster's network reachable at APIAddress.
func (c *Cluster) Expose(ctx context.Context, target string) error {
	spec, err := c.currentSpec()
	if err != nil {
		return err
	}
	spec.Forwards = mergeForwards(spec.Forwards, supervisor.Forward{Name: "api", Listen: c.APIAddress(), Target: target})
	return c.applySpec(ctx, spec)
}

func (c *Cluster) specFile() string { return c.path("spec.json") }

func (c *Cluster) currentSpec() (supervisor.Spec, error) {
	var spec supervisor.Spec
	data, err := os.ReadFile(c.specFile())
	if os.IsNotExist(err) {
		return spec, nil
	}
	if err != nil {
		return spec, err
	}
	return spec, json.Unmarshal(data, &spec)
}

func (c *Cluster) applySpec(ctx context.Context, spec supervisor.Spec) error {
	data, err := json.MarshalIndent(spec, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.specFile(), data, 0o600); err != nil {
		return err
	}
	return c.client.Apply(ctx, spec)
}

func replaceProcesses(old, part []supervisor.Process) []supervisor.Process {
	replaced := map[string]bool{}
	for _, p := range part {
		replaced[p.Name] = true
	}
	for _, p := range old {
		if !replaced[p.Name] {
			part = append(part, p)
		}
	}
	return part
}

func mergeForwards(old []supervisor.Forward, more ...supervisor.Forward) []supervisor.Forward {
	for _, f := range old {
		known := false
		for _, m := range more {
			known = known || m.Name == f.Name
		}
		if !known {
			more = append(more, f)
		}
	}
	return more
}

// startSupervisor starts the process that owns the cluster and waits until it
// answers. What an earlier one left over is removed first.
func (c *Cluster) startSupervisor(ctx context.Context) error {
	if err := c.cleanUp(); err != nil {
		return err
	}
	if err := os.RemoveAll(c.specFile()); err != nil {
		return err
	}
	settings := supervisor.Settings{Socket: c.socket(), Isolated: c.Nodes == Real, Node: c.surroundings()}
	encoded, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.path("logs"), 0o700); err != nil {
		return err
	}
	log, err := os.OpenFile(c.log("supervisor"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(self, SupervisorCommand, string(encoded)) // not of ctx: it outlives us
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, log, log
	cmd.Env = supervisorEnvironment()
	supervisor.Detach(cmd)
	if settings.Isolated {
		if err := supervisor.Isolate(cmd); err != nil {
			return err
		}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the supervisor: %w", err)
	}
	c.record.Supervisor = cmd.Process.Pid
	if err := c.saveRecord(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	return c.waitForSupervisor(ctx, ended)
}

// supervisorEnvironment keeps secrets of the caller's environment out of the
// cluster's processes: only what programs need to find their files is passed.
func supervisorEnvironment() []string {
	env := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func (c *Cluster) waitForSupervisor(ctx context.Context, ended <-chan error) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if _, ok := c.Running(ctx); ok {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the supervisor ended at once, see %s: %w", c.log("supervisor"), err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the supervisor does not answer: see %s", c.log("supervisor"))
}
