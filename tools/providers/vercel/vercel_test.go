package vercel

import (
	"io"
	"slices"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bridge's own checks for providers of this kind pass: for one, every
// resource has an id.
func TestProviderIsSound(t *testing.T) {
	plugin, err := Provider()
	require.NoError(t, err)
	var names []string
	for name, one := range plugin.Info.Resources {
		assert.NotEmpty(t, one.Tok, name)
		names = append(names, name)
	}
	assert.ElementsMatch(t, served(), names)
	assert.True(t, slices.IsSorted(served()))
	_, err = tfgen.GenerateSchema(t.Context(), tfgen.GenerateSchemaOptions{
		ProviderInfo:    plugin.Info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	assert.NoError(t, err)
}

func TestIDOfWhatAProjectHasOneOf(t *testing.T) {
	for want, state := range map[string]map[string]any{
		"team_1/prj_1": {"teamId": "team_1", "projectId": "prj_1"},
		"prj_2":        {"teamId": "", "projectId": "prj_2"},
		"prj_3":        {"teamId": nil, "projectId": "prj_3"},
		"prj_4":        {"projectId": "prj_4"},
	} {
		id, err := ofProject(t.Context(), resource.NewPropertyMapFromMap(state))
		require.NoError(t, err)
		assert.Equal(t, resource.ID(want), id)
	}
	_, err := ofProject(t.Context(), resource.PropertyMap{})
	assert.EqualError(t, err, "the service named no project: expected its id in projectId")
}
