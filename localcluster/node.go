package localcluster

import (
	"context"
	"os"
	"path/filepath"

	"github.com/tripsage/infrastructure/localcluster/config"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// surroundings are what a real node has to itself: what the container runtime
// and the kubelet write stays below the state directory.
func (c *Cluster) surroundings() supervisor.Node {
	if c.Nodes != Real {
		return supervisor.Node{}
	}
	return supervisor.Node{
		Overlays: map[string]string{"/var/lib": c.path("node", "lib"), "/var/log": c.path("node", "log")},
		Address:  nodeAddress, Services: serviceNetwork,
	}
}

// StartNode starts what is not running of the node: for a real one the
// container runtime, kubelet, service proxy and firewall; for a simulated one
// KWOK. pause is the image that holds a pod's namespaces.
func (c *Cluster) StartNode(ctx context.Context, programs Programs, pause string) (already bool, err error) {
	before, _ := c.Running(ctx)
	processes := c.simulatedNode(programs.KWOK)
	if c.Nodes == Real {
		if err := c.prepareNode(programs.Packages, pause); err != nil {
			return false, err
		}
		processes = c.realNode(programs.Node, programs.Packages)
	} else if err := c.registerSimulatedNode(ctx); err != nil {
		return false, err
	}
	already = runsAll(before, processes)
	if !already {
		if err := c.forgetReadiness(ctx); err != nil {
			return false, err
		}
	}
	if err := c.apply(ctx, processes); err != nil {
		return false, err
	}
	return already, c.waitForNode(ctx)
}

func (c *Cluster) prepareNode(packages Packages, pause string) error {
	for _, dir := range []string{c.path("node", "lib", "kubelet"), c.path("node", "log", "pods")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := makeCgroups(c.cgroup()); err != nil {
		return err
	}
	registryConfig := c.path("config", "certs.d")
	values := config.Values{
		NodeName: nodeName, NodeAddress: nodeAddress, PodNetwork: podNetwork, NodePods: nodePods, DNSAddress: dnsServiceIP,
		CA: c.path("pki", "ca.crt"), KubeletCert: c.path("pki", "kubelet-serving.crt"),
		KubeletKey: c.path("pki", "kubelet-serving.key"), ProxyKubeconfig: c.kubeconfig("proxy"),
		ResolvConf: c.config("resolv.conf"), CgroupRoot: c.cgroup(), CNIPrograms: packages.CNI,
		CNIConfig: c.path("config", "cni"), RegistryConfig: registryConfig,
		Registry: c.addresses().registry, PauseImage: pause,
	}
	for name, path := range map[string]string{
		"kubelet.yaml": c.config("kubelet.yaml"), "kube-proxy.yaml": c.config("kube-proxy.yaml"),
		"containerd.toml": c.config("containerd.toml"), "resolv.conf": c.config("resolv.conf"),
		"cni.conflist": c.path("config", "cni", "10-tripsage.conflist"),
		"hosts.toml":   filepath.Join(registryConfig, RegistryName, "hosts.toml"),
	} {
		if err := config.Write(name, path, values); err != nil {
			return err
		}
	}
	return nil
}

// makeCgroups makes the parent of the pods' cgroups, which the kubelet expects
// to find.
func makeCgroups(name string) error {
	const root = "/sys/fs/cgroup"
	if _, err := os.Stat(filepath.Join(root, "cgroup.controllers")); err == nil { // version 2
		for _, dir := range []string{root, filepath.Join(root, name)} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+cpu +cpuset +memory +pids"), 0); err != nil {
				return err
			}
		}
		return nil
	}
	hierarchies, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		if _, err := os.Stat(filepath.Join(hierarchy, "cgroup.procs")); err != nil {
			continue
		}
		if err := os.MkdirAll(filepath.Join(hierarchy, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}
