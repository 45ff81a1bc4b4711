package github

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProviderServesWhatItPromises(t *testing.T) {
	plugin, err := Provider()
	require.NoError(t, err)
	assert.Equal(t, served(), slices.Sorted(maps.Keys(plugin.Info.Resources)))
	assert.Empty(t, plugin.Info.DataSources)
	assert.Equal(t, "github:index/repositoryRuleset:RepositoryRuleset",
		plugin.Info.Resources["github_repository_ruleset"].Tok.String())
}
