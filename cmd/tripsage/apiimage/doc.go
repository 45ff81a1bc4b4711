// Package apiimage makes, publishes and describes the API's image, without
// Docker: a static program on an empty base, for two architectures, in one OCI
// layout on disk. Whoever builds a commit gets the same digest, so what CI
// pushes can be checked on any machine.
package apiimage

import "github.com/tripsage/infrastructure/localcluster/images"

const (
	// Repository is where the image's sources are.
	Repository = "https://github.com/tripsage/infrastructure"

	programPath = "/api"
)

// Recipe is what the image holds: the cluster of `tripsage up` runs it as it
// is, and a published image adds only labels and variables to its
// configuration, so both have the same layers. deploy/Dockerfile says the same
// in Docker's words.
func Recipe(project string) images.GoProgram {
	return images.GoProgram{
		Image: "api", Description: "The TripSage API", Module: project, Package: "./cmd/api", Path: programPath,
		Container: images.Container{Ports: []string{"8000/tcp", "9090/tcp"}},
	}
}

// architectures are those that the published image runs on.
func architectures() []string { return []string{"amd64", "arm64"} }
