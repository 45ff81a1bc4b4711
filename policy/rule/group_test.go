package rule_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rule/ruletest"
)

func TestGroups(t *testing.T) {
	s := rule.Stack{Resources: ruletest.Read(t, "testdata/groups.yaml").Resources}
	groups := s.Groups()
	require.Len(t, groups, 5)
	api, migrate, odd, cache, primary := groups[0], groups[1], groups[2], groups[3], groups[4]

	assert.Equal(t, "api", api.Labels.At("app").String())
	assert.True(t, api.Labels.At("pod-template-hash").Unknown(), "Kubernetes adds it")
	assert.True(t, api.Labels.At("other").Missing())
	assert.Equal(t, []rule.Port{{Name: "http", Number: 8000, Protocol: "TCP"}, {Number: 53, Protocol: "UDP"}}, api.Ports)
	assert.True(t, api.Settled)

	assert.False(t, migrate.Lasting)
	assert.Empty(t, migrate.Ports)

	assert.Equal(t, "cache", cache.Labels.At("app").String())
	assert.Equal(t, "no", cache.Labels.At("mesh").String())
	assert.True(t, cache.Labels.At("role").Unknown(), "master or replica")

	assert.Equal(t, "Canary", primary.Owner.Kind())
	assert.Equal(t, "api-primary", primary.Labels.At("app").String())
	assert.Equal(t, "backend", primary.Labels.At("tier").String())

	assert.True(t, odd.Labels.At("app").Unknown(), "the name of its resource is")
}

func TestSameNamespace(t *testing.T) {
	r := ruletest.Read(t, "testdata/groups.yaml").Resources
	assert.Equal(t, rule.Yes, rule.SameNamespace(r[0], r[1]))
	assert.Equal(t, rule.No, rule.SameNamespace(r[0], r[2]), "without a namespace is in default")
	assert.Equal(t, rule.Maybe, rule.SameNamespace(r[0], r[4]))
}
