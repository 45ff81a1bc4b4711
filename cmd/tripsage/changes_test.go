package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

func summary() engine.Summary {
	return engine.Summary{Changes: []engine.Change{
		{Op: "create", Type: "kubernetes:core/v1:ConfigMap", Name: "a", Properties: []string{"data"}},
		{Op: "update", Type: "kubernetes:apps/v1:Deployment", Name: "b", Properties: []string{"spec.template", "metadata"}},
		{Op: "update", Type: "kubernetes:core/v1:Secret", Name: "c"},
		{Op: "replace", Type: "random:index/randomPassword:RandomPassword", Name: "d", Properties: []string{"keepers"}},
		{Op: "import", Type: "kubernetes:core/v1:Service", Name: "e"},
	}}
}

func TestChangesInOneLine(t *testing.T) {
	assert.Equal(t, "1 to create, 2 to update, 1 to replace, 1 to import", describeChanges(summary(), false))
	assert.Equal(t, "1 created, 2 updated, 1 replaced, 1 imported", describeChanges(summary(), true))
	assert.Equal(t, "no changes", describeChanges(engine.Summary{}, true))
}

func TestChangesAsAList(t *testing.T) {
	assert.Equal(t, `  + create   ConfigMap                a
  ~ update   Deployment               b  [spec.template, metadata]
  ~ update   Secret                   c
  ± replace  RandomPassword           d  [keepers]
  = import   Service                  e
`, listChanges(summary()))
}
