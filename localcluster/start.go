package localcluster

import (
	"context"
	"os"

	"github.com/tripsage/infrastructure/localcluster/config"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

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
	before, running := c.Running(ctx)
	if !running {
		if c.record.Ports, err = c.record.Ports.choose(c.Nodes); err != nil {
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
