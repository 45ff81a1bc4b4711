package localcluster

import (
	"context"
	"encoding/json"
	"os"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

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
