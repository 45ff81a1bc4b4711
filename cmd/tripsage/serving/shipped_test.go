package serving_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// What the program makes for staging is read as staging's file has it: the
// names, the label of the tracks and the mesh's weights are those that we know.
func TestLiveOfTheShippedStaging(t *testing.T) {
	text, err := os.ReadFile("../../../stacks/testdata/staging.json")
	require.NoError(t, err)
	var graph []struct {
		Type   string
		Inputs map[string]any
	}
	require.NoError(t, json.Unmarshal(text, &graph))
	var objects []runtime.Object
	for _, resource := range graph {
		switch {
		case strings.HasSuffix(resource.Type, ":VirtualService"):
			objects = append(objects, &unstructured.Unstructured{Object: resource.Inputs})
		case resource.Type == "kubernetes:apps/v1:Deployment":
			var made appsv1.Deployment
			encoded, err := json.Marshal(resource.Inputs)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &made))
			objects = append(objects, &made)
		}
	}
	live, err := on("blueGreen", true, objects...).Live(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "blue", live.Active)
	assert.Equal(t, strings.Repeat("1", 12), live.Image.Short())
	assert.Equal(t, strings.Repeat("2", 12), live.Idle.Short())
}
