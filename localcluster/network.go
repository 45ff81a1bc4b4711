package localcluster

import (
	"fmt"
	"net"
	"strconv"
)

const (
	nodeName       = "tripsage"
	nodeAddress    = "10.87.0.1" // exists inside the node's own network only
	serviceNetwork = "10.96.0.0/16"
	apiServiceIP   = "10.96.0.1"
	dnsServiceIP   = "10.96.0.10"
	podNetwork     = "10.244.0.0/16"
	nodePods       = "10.244.0.0/24"
)

// ports are those of the host's loopback interface. They are kept over a
// restart while they are free, so that a kubeconfig stays valid.
type ports struct {
	APIServer int `json:"apiServer"`
	Registry  int `json:"registry"`
	API       int `json:"api"`
	// With simulated nodes the processes below share the host's network; with
	// a real node they are on their usual ports in the node's network.
	Etcd              int `json:"etcd,omitempty"`
	EtcdPeer          int `json:"etcdPeer,omitempty"`
	ControllerManager int `json:"controllerManager,omitempty"`
	Scheduler         int `json:"scheduler,omitempty"`
}

// addresses are host:port pairs as the cluster's own processes see them.
type addresses struct {
	apiServerHost     string
	apiServerPort     int
	etcd, etcdPeer    string
	registry          string
	controllerManager int
	scheduler         int
}

func (c *Cluster) addresses() addresses {
	if c.Nodes == Real {
		return addresses{nodeAddress, 6443, "127.0.0.1:2379", "127.0.0.1:2380", "127.0.0.1:5000", 10257, 10259}
	}
	p := c.record.Ports
	return addresses{
		"127.0.0.1", p.APIServer, loopback(p.Etcd), loopback(p.EtcdPeer), loopback(p.Registry),
		p.ControllerManager, p.Scheduler,
	}
}

func (a addresses) apiServer() string {
	return net.JoinHostPort(a.apiServerHost, strconv.Itoa(a.apiServerPort))
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// choose returns the ports with those replaced that are not set or that another
// program has taken in the meantime.
func (p ports) choose(nodes Nodes) (ports, error) {
	wanted := map[*int]int{&p.APIServer: 6443, &p.Registry: 5000, &p.API: 8000}
	if nodes == Simulated {
		wanted[&p.Etcd], wanted[&p.EtcdPeer] = 2379, 2380
		wanted[&p.ControllerManager], wanted[&p.Scheduler] = 10257, 10259
	}
	var held []net.Listener // until all are chosen, so that no two get the same
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for port, preferred := range wanted {
		if *port != 0 {
			preferred = *port
		}
		listener, err := net.Listen("tcp", loopback(preferred))
		if err != nil {
			listener, err = net.Listen("tcp", loopback(0))
		}
		if err != nil {
			return p, fmt.Errorf("find a free port on 127.0.0.1: %w", err)
		}
		held = append(held, listener)
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}
