// Package debiandocker gives tests a machine with Docker and Compose: namespaces
// of its own, with a file system of Debian packages. Nothing of it is installed on
// the host, and nothing is left there but downloads. It needs Linux and root.
package debiandocker
