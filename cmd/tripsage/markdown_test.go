package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

func TestMarkdown(t *testing.T) {
	summary := engine.Summary{
		Rules: 2,
		Changes: []engine.Change{
			{Op: "create", Type: "kubernetes:core/v1:Service", Name: "web"},
			{Op: "update", Type: "kubernetes:apps/v1:Deployment", Name: "api", Properties: []string{"spec.replicas"}},
		},
		Violations: []engine.Violation{{
			Rule: "run-as-non-root", Level: "mandatory", Severity: "high", Type: "kubernetes:apps/v1:Deployment", Name: "api",
			URN: "urn:pulumi:s::p::kubernetes:apps/v1:Deployment::api", Message: "it is ``` root\nFix: not so.\nSee: docs",
		}},
	}
	text := markdown("staging", summary, &engine.PolicyError{Operation: "preview"})
	assert.Contains(t, text, "### Preview of `staging`: 1 to create, 1 to update\n")
	assert.Contains(t, text, "<details><summary>Changes</summary>\n\n```\n  + create")
	assert.Contains(t, text, "[spec.replicas]\n```\n")
	assert.Contains(t, text, "<details open><summary>Violations</summary>\n\n````\n", "a longer fence than the text's own")
	assert.Contains(t, text, "run-as-non-root")

	assert.Equal(t, "### Preview of `staging`: no changes\n\nPolicy: 2 rules, 0 violations\n", markdown("staging", engine.Summary{Rules: 2}, nil))
	assert.Equal(t, "### Preview of `staging` failed\n\n```\nno cluster\n```\n", markdown("staging", engine.Summary{}, errors.New("no cluster")))
}
