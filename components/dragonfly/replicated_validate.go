package dragonfly

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
)

// maxReplicas is more than one master can feed well.
const maxReplicas = 16

var rolePattern = regexp.MustCompile(`^arn:aws[-a-z]*:iam::[0-9]{12}:role/[-+=,.@_/A-Za-z0-9]+$`)

// Validate reports every fault of complete arguments.
func (a ReplicatedArgs) Validate() error {
	var faults []error
	if a.Secret.Name == nil && a.TLSSecret != "" {
		faults = append(faults, fault.Of("TLSSecret", a.TLSSecret,
			"Secret as well, with "+AdminPasswordKey+" and "+ACLKey+": Dragonfly does not start with TLS and without authentication"))
	}
	faults = append(faults, a.Args.Validate(), labels.ValidateName("OperatorNamespace", a.OperatorNamespace))
	if a.Replicas < 2 || a.Replicas > maxReplicas {
		faults = append(faults, fault.Of("Replicas", a.Replicas,
			fmt.Sprintf("2 to %d: a master and at least one copy (for a single pod use New)", maxReplicas)))
	}
	if a.TLSSecret != "" {
		faults = append(faults, labels.ValidateName("TLSSecret", a.TLSSecret))
	}
	if len(a.Clients) == 0 {
		faults = append(faults, fault.Missing("Clients", "at least one peer: a cache that nobody may reach is no use"))
	}
	faults = append(faults, reserved("Clients", a.Clients), reserved("Scrapers", a.Scrapers))
	if a.Snapshot != nil {
		faults = append(faults, fault.Under("Snapshot.", a.Snapshot.Validate()))
	}
	return errors.Join(faults...)
}

// reserved refuses names that would make two policies of one name.
func reserved(key string, peers []Peer) error {
	var faults []error
	for i, peer := range peers {
		if slices.Contains([]string{operatorPeer, replicasPeer}, peer.Name) {
			faults = append(faults, fault.Of(fmt.Sprintf("%s[%d].Name", key, i), peer.Name, "another name: the cache has this peer by itself"))
		}
	}
	return errors.Join(faults...)
}

// Validate reports every fault of the snapshot.
func (s Snapshot) Validate() error {
	faults := []error{
		ValidateSchedule(s.Schedule),
		ValidateStorageURL(s.URL),
		validateRegion(s.Region),
		validateEndpoint(s.Endpoint),
		s.validateIdentity(),
	}
	if len(s.CIDRs) == 0 {
		faults = append(faults, fault.Missing("CIDRs", "the address ranges of the storage, for instance 0.0.0.0/0 when they are not known"))
	} else {
		faults = append(faults, netpol.Peer{Name: storagePeer, CIDRs: s.CIDRs}.Validate())
	}
	return errors.Join(faults...)
}

// validateIdentity wants exactly one way to log in: with none no snapshot is
// ever written, and of two nobody knows which one counts.
func (s Snapshot) validateIdentity() error {
	switch {
	case s.Credentials == nil && s.RoleARN == "":
		return fault.Missing("Credentials", "a Secret with "+AccessKeyIDKey+" and "+SecretAccessKeyKey+", or a RoleARN instead")
	case s.Credentials != nil && s.RoleARN != "":
		return fault.Of("RoleARN", s.RoleARN, "to be empty, because Credentials are given")
	case s.Credentials != nil:
		return s.Credentials.Validate("Credentials")
	case !rolePattern.MatchString(s.RoleARN):
		return fault.Of("RoleARN", s.RoleARN, "the ARN of an IAM role, such as arn:aws:iam::123456789012:role/name")
	}
	return nil
}
