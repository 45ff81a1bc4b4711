package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// Nodes says what the pods of a cluster run on.
type Nodes string

// The two kinds of nodes.
const (
	Real      Nodes = "real"      // this machine, by kubelet and containerd
	Simulated Nodes = "simulated" // none: KWOK pretends, pods never run
)

// Cluster is an embedded cluster, running or not.
type Cluster struct {
	Nodes Nodes

	layout
	record record
	client *supervisor.Client
}

// record is what has to be remembered between runs.
type record struct {
	Ports ports `json:"ports"`
	// Supervisor is the process id of the supervisor as the host sees it.
	Supervisor int `json:"supervisor,omitempty"`
}

// Open returns the cluster of the given kind whose files are below dir. It
// starts nothing.
func Open(dir string, nodes Nodes) (*Cluster, error) {
	dir, err := filepath.Abs(filepath.Join(dir, string(nodes)))
	if err != nil {
		return nil, err
	}
	for _, hidden := range []string{"/run/", "/var/lib/", "/var/log/"} {
		if nodes == Real && strings.HasPrefix(dir+"/", hidden) {
			return nil, fmt.Errorf("state directory %s: a real node has a %s of its own and would not see it: choose a folder elsewhere with --state-dir", dir, hidden)
		}
	}
	c := &Cluster{Nodes: nodes, layout: layout{dir}}
	if len(c.socket()) > 100 { // a unix socket's path has at most 107 bytes
		return nil, fmt.Errorf("state directory %s: the path is too long for a socket: choose a shorter one with --state-dir", dir)
	}
	c.client = supervisor.NewClient(c.socket())
	data, err := os.ReadFile(c.layout.record())
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &c.record); err != nil {
		return nil, fmt.Errorf("%s: %w: delete the file and run again", c.layout.record(), err)
	}
	return c, nil
}

// Exists tells whether the cluster was ever started and not purged since.
func (c *Cluster) Exists() bool { return c.record.Ports != ports{} }

// Dir is the folder that holds everything of this cluster.
func (c *Cluster) Dir() string { return c.dir }

// Kubeconfig is the path of a kubeconfig file with full rights.
func (c *Cluster) Kubeconfig() string { return c.adminKubeconfig() }

// Registry is the host:port at which this machine reaches the image registry.
func (c *Cluster) Registry() string { return loopback(c.record.Ports.Registry) }

// RegistryName is the name by which pods' images name that registry.
const RegistryName = "tripsage.local"

// Running reports what is running; ok is false when nothing is.
func (c *Cluster) Running(ctx context.Context) (status supervisor.Status, ok bool) {
	status, err := c.client.Status(ctx)
	return status, err == nil
}

func (c *Cluster) saveRecord() error {
	data, err := json.MarshalIndent(c.record, "", "  ")
	if err != nil {
		return err
	}
	path := c.layout.record()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
