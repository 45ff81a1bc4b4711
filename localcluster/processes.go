package localcluster

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// process describes a program; files are the ones it reads at start, so that a
// change of one restarts it.
func (c *Cluster) process(name string, args []string, files ...string) supervisor.Process {
	sum := sha256.New()
	for _, file := range files {
		data, _ := os.ReadFile(file) // a missing file is the program's to complain about
		fmt.Fprintf(sum, "%s %d\n", file, len(data))
		sum.Write(data)
	}
	return supervisor.Process{
		Name: name, Args: args, Log: c.log(name), Inputs: hex.EncodeToString(sum.Sum(nil)),
	}
}

// controlPlane is etcd, the API server, its controllers, and the registry.
func (c *Cluster) controlPlane(node string, ids identities) []supervisor.Process {
	return []supervisor.Process{
		c.etcd(node, ids), c.apiServer(node, ids), c.controllerManager(node, ids), c.scheduler(node),
		c.process("provisioner", []string{
			node, "provisioner", "--kubeconfig=" + c.kubeconfig("provisioner"), "--name=" + provisionerName,
			"--dir=" + c.path("volumes"),
		}, c.kubeconfig("provisioner")),
		c.process("registry", []string{node, "registry", "--listen=" + c.addresses().registry, "--dir=" + c.path("registry")}),
	}
}

func (c *Cluster) etcd(node string, ids identities) supervisor.Process {
	client, peer := "https://"+c.addresses().etcd, "https://"+c.addresses().etcdPeer
	return c.process("etcd", []string{
		node, "etcd", "--name=tripsage", "--data-dir=" + c.path("etcd"),
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=tripsage=" + peer,
		"--client-cert-auth", "--trusted-ca-file=" + ids.etcdCA.Cert,
		"--cert-file=" + ids.etcd.Cert, "--key-file=" + ids.etcd.Key,
		"--peer-client-cert-auth", "--peer-trusted-ca-file=" + ids.etcdCA.Cert,
		"--peer-cert-file=" + ids.etcd.Cert, "--peer-key-file=" + ids.etcd.Key,
		"--auto-compaction-retention=1h", "--log-level=warn",
	}, ids.etcd.Cert, ids.etcdCA.Cert)
}

func (c *Cluster) apiServer(node string, ids identities) supervisor.Process {
	at := c.addresses()
	args := []string{
		node, "kube-apiserver",
		"--bind-address=" + at.apiServerHost, "--secure-port=" + strconv.Itoa(at.apiServerPort),
		"--etcd-servers=https://" + at.etcd, "--etcd-cafile=" + ids.etcdCA.Cert,
		"--etcd-certfile=" + ids.apiServerToEtcd.Cert, "--etcd-keyfile=" + ids.apiServerToEtcd.Key,
		"--tls-cert-file=" + ids.apiServer.Cert, "--tls-private-key-file=" + ids.apiServer.Key,
		"--client-ca-file=" + ids.ca.Cert, "--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction", "--service-cluster-ip-range=" + serviceNetwork,
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + ids.serviceAccounts.Cert, "--service-account-signing-key-file=" + ids.serviceAccounts.Key,
		"--kubelet-certificate-authority=" + ids.ca.Cert, "--kubelet-client-certificate=" + ids.apiServerToKubelet.Cert,
		"--kubelet-client-key=" + ids.apiServerToKubelet.Key, "--kubelet-preferred-address-types=InternalIP",
		"--requestheader-client-ca-file=" + ids.frontProxyCA.Cert, "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + ids.frontProxy.Cert, "--proxy-client-key-file=" + ids.frontProxy.Key,
		"--allow-privileged", // as everywhere; namespaces refuse it by their own standard
		"--encryption-provider-config=" + c.config("encryption.yaml"), "--profiling=false",
		"--shutdown-delay-duration=0s",
	}
	if c.Nodes == Real {
		args = append(args, "--advertise-address="+nodeAddress)
	} else { // there is no pod that could use the kubernetes Service
		args = append(args, "--endpoint-reconciler-type=none")
	}
	return c.process("kube-apiserver", args, ids.apiServer.Cert, ids.ca.Cert, ids.etcdCA.Cert, ids.frontProxyCA.Cert,
		ids.apiServerToKubelet.Cert, ids.frontProxy.Cert, ids.serviceAccounts.Cert, c.config("encryption.yaml"))
}

func (c *Cluster) controllerManager(node string, ids identities) supervisor.Process {
	config := c.kubeconfig("controller-manager")
	return c.process("kube-controller-manager", []string{
		node, "kube-controller-manager", "--kubeconfig=" + config,
		"--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--bind-address=127.0.0.1", "--secure-port=" + strconv.Itoa(c.addresses().controllerManager),
		"--service-account-private-key-file=" + ids.serviceAccounts.Key, "--root-ca-file=" + ids.ca.Cert,
		"--use-service-account-credentials", "--leader-elect=false", "--profiling=false",
		"--allocate-node-cidrs", "--cluster-cidr=" + podNetwork, "--service-cluster-ip-range=" + serviceNetwork,
	}, config, ids.serviceAccounts.Cert, ids.ca.Cert)
}

func (c *Cluster) scheduler(node string) supervisor.Process {
	config := c.kubeconfig("scheduler")
	return c.process("kube-scheduler", []string{
		node, "kube-scheduler", "--kubeconfig=" + config,
		"--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--bind-address=127.0.0.1", "--secure-port=" + strconv.Itoa(c.addresses().scheduler),
		"--leader-elect=false", "--profiling=false",
	}, config)
}

// realNode is what a node runs: containers, pods, services and firewall.
func (c *Cluster) realNode(node string, packages Packages) []supervisor.Process {
	return []supervisor.Process{
		c.process("containerd", []string{packages.Containerd, "--config", c.config("containerd.toml")},
			c.config("containerd.toml"), c.path("config", "certs.d", RegistryName, "hosts.toml")),
		c.process("kubelet", []string{
			node, "kubelet", "--config=" + c.config("kubelet.yaml"), "--kubeconfig=" + c.kubeconfig("kubelet"),
			"--hostname-override=" + nodeName, "--node-ip=" + nodeAddress,
		}, c.config("kubelet.yaml"), c.kubeconfig("kubelet")),
		c.process("kube-proxy", []string{node, "kube-proxy", "--config=" + c.config("kube-proxy.yaml")},
			c.config("kube-proxy.yaml"), c.kubeconfig("proxy")),
		c.process("kube-router", []string{
			node, "kube-router", "--kubeconfig=" + c.kubeconfig("router"), "--hostname-override=" + nodeName,
			"--run-firewall=true", "--run-router=false", "--run-service-proxy=false", "--run-loadbalancer=false",
			"--service-cluster-ip-range=" + serviceNetwork, "--health-port=0", "--metrics-port=0",
		}, c.kubeconfig("router")),
	}
}

// simulatedNode pretends that pods run.
func (c *Cluster) simulatedNode(kwok string) []supervisor.Process {
	return []supervisor.Process{c.process("kwok", []string{
		kwok, "--kubeconfig=" + c.kubeconfig("kwok"), "--manage-single-node=" + nodeName, "--node-ip=" + nodeAddress,
		"--cidr=" + nodePods, "--node-lease-duration-seconds=40", "--server-address=",
	}, c.kubeconfig("kwok"))}
}
