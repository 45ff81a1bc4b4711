// Package localcluster is the embedded Kubernetes: a real control plane and,
// where the machine can host one, a real node. It is built from pinned modules
// (tools/kube) and Debian's container runtime; it needs no Docker.
//
//	supervisor/  keeps the processes running, inside namespaces of their own
//	toolchain/   builds the programs
//	pki/         certificates
//	config/      configuration files of the processes
//	images/      container images without Docker
//	services/    what every cluster has: DNS, metrics, storage class, RBAC
//
// A cluster lives in one state directory. Nothing is listening outside it but
// the ports on 127.0.0.1 that Status reports.
package localcluster
