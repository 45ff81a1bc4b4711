package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/quantity"
)

const (
	minConnections = 10
	maxConnections = 1000
)

var databasePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

func (a Args) withDefaults(name string) Args {
	a.Name = cmp.Or(a.Name, name)
	a.Version = cmp.Or(a.Version, imageref.Version(a.Image))
	a.Database = cmp.Or(a.Database, "tripsage")
	a.MaxConnections = cmp.Or(a.MaxConnections, 200)
	a.Storage = cmp.Or(a.Storage, "1Gi")
	return a
}

// Validate reports every fault of complete arguments.
func (a Args) Validate() error {
	_, storage := quantity.Parse("Storage", a.Storage)
	faults := []error{
		labels.ValidateName("Name", a.Name),
		imageref.Validate("Image", a.Image),
		a.Secret.Validate("Secret"),
		fault.Under("Resources.", a.Resources.Validate()),
		storage,
		netpol.ValidateEdges("Clients", a.edges()),
	}
	if a.Namespace == nil {
		faults = append(faults, fault.Missing("Namespace", "the Name of a namespace component"))
	}
	if a.Version != "" { // it is empty only when Image, which is reported, is not by digest
		faults = append(faults, labels.ValidateValue("Version", a.Version))
	}
	if !databasePattern.MatchString(a.Database) {
		faults = append(faults, fault.Of("Database", a.Database, "at most 63 lower-case letters, digits and underscores, starting with a letter"))
	}
	if a.MaxConnections < minConnections || a.MaxConnections > maxConnections {
		faults = append(faults, fault.Of("MaxConnections", a.MaxConnections, fmt.Sprintf("%d to %d", minConnections, maxConnections)))
	}
	if a.StorageClass != "" {
		faults = append(faults, labels.ValidateName("StorageClass", a.StorageClass))
	}
	return errors.Join(faults...)
}

func (a Args) edges() []netpol.Edge {
	var out []netpol.Edge
	for _, peer := range a.Clients {
		out = append(out, netpol.Edge{Peer: peer, Ports: []int{Port}})
	}
	return out
}

// settings are the server's arguments that follow from Args. A quarter of the
// memory for the shared buffers is PostgreSQL's own advice.
func (a Args) settings() ([]string, error) {
	memory, err := resource.ParseQuantity(a.Resources.Limits.Memory)
	if err != nil {
		return nil, err
	}
	const kib = 1 << 10
	return []string{
		"-c", "max_connections=" + strconv.Itoa(a.MaxConnections),
		"-c", fmt.Sprintf("shared_buffers=%dkB", max(memory.Value()/4/kib, 128)),
	}, nil
}
