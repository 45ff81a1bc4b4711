// Package compose is for tests only: deploy/compose.yaml as Docker Compose
// itself reads it, against what the cluster's stacks would run, and on a Docker.
package compose
