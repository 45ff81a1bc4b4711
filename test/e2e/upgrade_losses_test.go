package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/internal/replay"
)

// mayBeLost are changes that an update from a release may make although they
// delete something, as lines of a summary with the reason for each. None of
// what [isKept] may be here.
func mayBeLost(release string) map[string]string {
	return map[string]map[string]string{
		"travel-backend": {"replace Job tripsage-api-migrate": "a migration is run once for each image"},
	}[release]
}

// isKept are the types that no update may replace: with the object its data or
// its password goes, or people notice the time without it.
func isKept(typ string) bool {
	switch typ {
	case "kubernetes:core/v1:Namespace", "kubernetes:core/v1:PersistentVolumeClaim",
		"kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:Deployment",
		"kubernetes:core/v1:Service", "kubernetes:core/v1:Secret",
		"random:index/randomPassword:RandomPassword":
		return true
	}
	return false
}

// losses are the lines of what a run would delete, alone or in order to make it
// anew, except what is excused.
func losses(s summary, excused map[string]string) []string {
	lost := []string{}
	for i, line := range s.lines() {
		switch s.Changes[i].Op {
		case "create", "update":
			continue
		}
		if excused[line] == "" || isKept(s.Changes[i].Type) {
			lost = append(lost, line)
		}
	}
	return lost
}

func TestUpgradeLosses(t *testing.T) {
	const deployment, budget = "kubernetes:apps/v1:Deployment", "kubernetes:policy/v1:PodDisruptionBudget"
	s := summary{Changes: []change{
		{Type: deployment, Name: "api", Op: "update"}, {Type: deployment, Name: "cache", Op: "replace"},
		{Type: "kubernetes:core/v1:Namespace", Name: "tripsage", Op: "delete"},
		{Type: budget, Name: "api", Op: "replace"}, {Type: budget, Name: "cache", Op: "delete"},
		{Type: "kubernetes:core/v1:Service", Name: "new", Op: "create"},
	}}
	assert.Equal(t, []string{
		"replace Deployment cache", "delete Namespace tripsage",
		"replace PodDisruptionBudget api", "delete PodDisruptionBudget cache",
	}, losses(s, nil))
	assert.Equal(t, []string{"replace Deployment cache", "delete Namespace tripsage", "delete PodDisruptionBudget cache"},
		losses(s, map[string]string{
			"replace PodDisruptionBudget api": "its selector is immutable", "replace Deployment cache": "no reason is good enough",
		}))
	assert.Empty(t, losses(summary{}, nil))
}

// What TestUpgrade installs is what the release registered, with passwords of
// its own: where one goes, the Secret depends on it.
func TestUpgradeReplay(t *testing.T) {
	for name, old := range releases(t) {
		graph, err := offline.Evaluate(t.Context(), replay.Program(old, nil), offline.Options{Project: "p", Stack: "s"})
		assert.NoError(t, err, name)
		want, err := json.Marshal(old)
		assert.NoError(t, err)
		got, err := json.Marshal(graph.Resources)
		assert.NoError(t, err)
		assert.JSONEq(t, string(want), string(got), name)
		for _, one := range graph.Resources {
			if one.Type != "kubernetes:core/v1:Secret" {
				continue
			}
			for _, password := range map[string][]string{
				"dragonfly": {"dragonfly-password"}, "postgres": {"postgres-superuser-password", "postgres-authenticator-password"},
				"tripsage-api":         {"dragonfly-password", "postgres-authenticator-password"},
				"tripsage-api-migrate": {"postgres-superuser-password"},
			}[one.Name] {
				assert.Contains(t, one.DependsOn, "random:index/randomPassword:RandomPassword "+password, "%s: Secret %s", name, one.Name)
			}
		}
	}
}
