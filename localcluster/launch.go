package localcluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// SupervisorCommand is the hidden command of the operator's program that
// becomes the supervisor; its one argument is a JSON supervisor.Settings.
const SupervisorCommand = "supervise"

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
