package infra

import "github.com/tripsage/infrastructure/components/workload"

// anywhere lets out to a port at any address: network policies know no DNS
// names, and the addresses behind one change. The link-local ranges stay closed,
// where clouds serve the node's own credentials.
func anywhere(name string, port int) []workload.Edge {
	return []workload.Edge{
		{Ports: []int{port}, Peer: workload.Peer{Name: name + "-v4", CIDRs: []string{"0.0.0.0/0"}, Except: []string{"169.254.0.0/16"}}},
		{Ports: []int{port}, Peer: workload.Peer{Name: name + "-v6", CIDRs: []string{"::/0"}, Except: []string{"fe80::/10"}}},
	}
}

// services are the edges to what the API calls besides its stores. To reach one
// inside of the cluster, its address names the port that its pods listen on:
// policies look at packets after a Service's port has become the pod's.
func (s Spec) services() ([]workload.Edge, error) {
	addresses := []struct{ name, url string }{{"jwks", s.Auth.JWKSURL}}
	if s.Embedding != nil {
		addresses = append(addresses, struct{ name, url string }{"embedding", s.Embedding.URL})
	}
	if s.Tracing != nil {
		addresses = append(addresses, struct{ name, url string }{"tracing", s.Tracing.Endpoint})
	}
	var edges []workload.Edge
	for _, one := range addresses {
		if one.url == "" {
			continue
		}
		port, err := portOf(one.url)
		if err != nil {
			return nil, err
		}
		edges = append(edges, anywhere(one.name, port)...)
	}
	return edges, nil
}
