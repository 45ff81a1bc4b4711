package dragonfly

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/quantity"
)

// scratch is what /data may take: Dragonfly writes nothing there as long as
// snapshots are off.
const scratch = "64Mi"

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, imageref.Version(a.Image))
	a.Threads = cmp.Or(a.Threads, 1)
	a.MaxMemoryMiB = cmp.Or(a.MaxMemoryMiB, a.Threads*MiBPerThread)
	a.MemoryLimitMiB = cmp.Or(a.MemoryLimitMiB, a.MaxMemoryMiB+a.MaxMemoryMiB/4)
	a.CPURequest = cmp.Or(a.CPURequest, "100m")
	a.CPULimit = cmp.Or(a.CPULimit, strconv.Itoa(a.Threads))
	return a
}

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	faults := []error{
		labels.ValidateName("Name", a.Name),
		imageref.Validate("Image", a.Image),
		a.Secret.Validate("Secret"),
		netpol.ValidateEdges("Clients", edges(a.Clients, Port)),
		netpol.ValidateEdges("Scrapers", edges(a.Scrapers, MetricsPort)),
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", a.Version))
	}
	if a.ImagePullSecret != "" {
		faults = append(faults, labels.ValidateName("ImagePullSecret", a.ImagePullSecret))
	}
	faults = append(faults, a.validateNames()...)
	memory := CheckMemory(a.Threads, a.MaxMemoryMiB, a.MemoryLimitMiB)
	faults = append(faults, memory)
	if memory == nil { // without memory the quantities below would repeat its faults
		faults = append(faults, fault.Under("Resources.", a.resources().Validate()))
	}
	return errors.Join(faults...)
}

// resources reserves the whole memory: a cache fills up what it may use.
func (a Args) resources() quantity.Resources {
	memory := quantity.MiB(a.MemoryLimitMiB)
	return quantity.Resources{
		Requests: quantity.Amounts{CPU: a.CPURequest, Memory: memory, EphemeralStorage: scratch},
		Limits:   quantity.Amounts{CPU: a.CPULimit, Memory: memory, EphemeralStorage: "128Mi"},
	}
}

// edges opens one port to each peer.
func edges(peers []Peer, port int) []netpol.Edge {
	var out []netpol.Edge
	for _, peer := range peers {
		out = append(out, netpol.Edge{Peer: peer, Ports: []int{port}})
	}
	return out
}

// validateNames refuses a name that is in both lists: it names one policy.
func (a Args) validateNames() []error {
	var faults []error
	for i, scraper := range a.Scrapers {
		for _, client := range a.Clients {
			if scraper.Name == client.Name {
				faults = append(faults, fault.Of(fmt.Sprintf("Scrapers[%d].Name", i), scraper.Name, "a name that no peer in Clients has"))
			}
		}
	}
	return faults
}
