package localcluster

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
)

// layout names the files of a cluster.
type layout struct{ dir string }

func (l layout) path(parts ...string) string {
	return filepath.Join(append([]string{l.dir}, parts...)...)
}

func (l layout) socket() string                { return l.path("supervisor.sock") }
func (l layout) record() string                { return l.path("cluster.json") }
func (l layout) pki() string                   { return l.path("pki") }
func (l layout) adminKubeconfig() string       { return l.path("kubeconfig") }
func (l layout) kubeconfig(user string) string { return l.path("kubeconfigs", user+".conf") }
func (l layout) config(name string) string     { return l.path("config", name) }
func (l layout) log(process string) string     { return l.path("logs", process+".log") }

// id tells this cluster from another one on the same machine.
func (l layout) id() string {
	sum := sha256.Sum256([]byte(l.dir))
	return hex.EncodeToString(sum[:4])
}

// cgroup is the parent of every pod's cgroup, as a path below the root of each
// controller's hierarchy.
func (l layout) cgroup() string { return "/tripsage-" + l.id() }
