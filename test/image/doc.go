// Package apiimages is for tests only. They build the API's image through the
// operator's program, as CI does, and hold it against the cluster's image and
// against what deploy/Dockerfile would build. `make containers` runs them; they
// need git and bin/tripsage, and compile the API for two architectures.
package apiimages
