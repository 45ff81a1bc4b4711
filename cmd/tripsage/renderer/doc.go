// Package renderer writes the Kubernetes objects of a graph as YAML files, one
// for each object, for reviewers, GitOps tools and linters.
//
// No file holds a secret: every value of a Secret and everything else that the
// program marked secret is replaced. The same graph gives the same bytes.
package renderer
