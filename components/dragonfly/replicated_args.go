package dragonfly

import (
	"cmp"

	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
)

// operatorNamespace is where the operator's own manifests put it.
const operatorNamespace = "dragonfly-operator-system"

// ReplicatedArgs configure a master and its replicas.
type ReplicatedArgs struct {
	// Args are of each pod. Clients are required.
	Args

	// Replicas counts all pods, the master too. Default: 2.
	Replicas int
	// TLSSecret names a Secret with tls.crt and tls.key, made by cert-manager or
	// by hand; clients then connect with TLS to the same port. The certificate
	// must be for the host that clients use, see Replicated.Host. Pods read it
	// at their start only: renew it well before it ends, and restart them.
	// Default: no TLS.
	TLSSecret string
	// Snapshot saves the data on a schedule. Default: the data is in memory only.
	Snapshot *Snapshot
	// OperatorNamespace is where the Dragonfly operator runs. Default:
	// dragonfly-operator-system.
	OperatorNamespace string
}

// Snapshot says where the data is saved, and when. The last one is read when
// all pods were lost.
type Snapshot struct {
	// Schedule is a crontab of five fields in UTC, for instance "*/30 * * * *".
	Schedule string
	// URL is the folder in object storage: s3://bucket/path.
	URL string
	// Region of the bucket, for instance "eu-central-1".
	Region string
	// Endpoint is host[:port] of storage other than Amazon's, without a scheme;
	// it is used with TLS. Default: Amazon's of the region.
	Endpoint string
	// CIDRs are where the storage and, with a role, Amazon's token service are;
	// port 443 is opened to them, and to the Endpoint's port if it has one.
	CIDRs []string

	// Credentials is a Secret with AccessKeyIDKey and SecretAccessKeyKey, unless
	// RoleARN is given.
	Credentials *SecretRef
	// RoleARN is the IAM role that the pods take on through their service
	// account (IRSA), unless Credentials are given.
	RoleARN string
}

// The keys of Snapshot.Credentials.
const (
	AccessKeyIDKey     = "access-key-id"
	SecretAccessKeyKey = "secret-access-key"
)

func (a ReplicatedArgs) withDefaults(name string) ReplicatedArgs {
	a.Args = a.Args.withDefaults(name)
	a.Replicas = cmp.Or(a.Replicas, 2)
	a.OperatorNamespace = cmp.Or(a.OperatorNamespace, operatorNamespace)
	return a
}

// ReplicatedSelector returns the labels of all pods of the replicated cache with
// that metadata.name, for the network policies of others. They are the
// operator's, not our standard ones: it refuses pods that carry those.
func ReplicatedSelector(name string) map[string]string {
	return dragonflyapi.PodLabels(name)
}
