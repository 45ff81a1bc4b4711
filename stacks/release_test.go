package stacks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func imageOf(letter string) string { return "ghcr.io/a/b@sha256:" + strings.Repeat(letter, 64) }

// The shipped stacks take a deployment's values and are still good.
func TestReleaseOverridesOfShippedStacks(t *testing.T) {
	for stack, kind := range map[string]string{"local": "rolling", "staging": "blueGreen", "production": "flagger"} {
		path := filepath.Join("..", "Pulumi."+stack+".yaml")
		want := Released{API: imageOf("a")}
		if kind == "blueGreen" {
			want.Active, want.Idle = "green", imageOf("b")
		}
		base := map[string]any{}
		if stack == "local" {
			base["tripsage:images"] = map[string]any{"api": imageOf("0"), "dragonfly": imageOf("0"), "postgres": imageOf("0"),
				"prometheus": imageOf("0"), "alertmanager": imageOf("0"), "postgresExporter": imageOf("0")}
		}
		over, err := ReleaseOverrides(path, base, want)
		require.NoError(t, err)
		images := over["tripsage:images"].(map[string]any)
		assert.Equal(t, imageOf("a"), images["api"])
		assert.NotEmpty(t, images["dragonfly"], "what a deployment does not decide stays")
		if kind == "blueGreen" {
			assert.Equal(t, map[string]any{"blueGreen": map[string]any{"active": "green", "idleImage": imageOf("b")}}, over["tripsage:release"])
		} else {
			assert.NotContains(t, over, "tripsage:release")
		}
		if stack == "local" {
			require.NoError(t, CheckFile(path, stack, over))
			assert.Equal(t, imageOf("0"), base["tripsage:images"].(map[string]any)["api"], "what was given is not changed")
		}

		operator, err := OperatorOf(path)
		require.NoError(t, err)
		assert.Equal(t, kind, operator.Release.Kind)
		assert.Equal(t, "tripsage-api", operator.Release.API)
		assert.Equal(t, kind != "rolling", operator.Release.Meshed)
		assert.Equal(t, "x-tripsage-track", operator.Release.TrackHeader)
		assert.Equal(t, map[string]string{"local": "", "staging": "https://api.staging.tripsage.ai", "production": "https://api.tripsage.ai"}[stack], operator.APIURL)
		assert.Equal(t, map[string]string{"local": "", "staging": "https://staging.tripsage.ai", "production": "https://app.tripsage.ai"}[stack], operator.FrontendURL)
	}
}

func TestReleaseOverridesOfOddFiles(t *testing.T) {
	for text, says := range map[string]string{
		"config: {tripsage:images: [a]}":                      "tripsage:images is []interface {}, expected a mapping",
		"config: {release: {flagger: {}}}":                    "tripsage:release.blueGreen is not a mapping",
		"config: {images: {api: x}, release: {blueGreen: 1}}": "tripsage:release.blueGreen is not a mapping",
	} {
		path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := ReleaseOverrides(path, nil, Released{API: imageOf("a"), Idle: imageOf("b")})
		require.ErrorContains(t, err, says)
	}
	path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config: {images: {api: x, pullSecret: s}}"), 0o600))
	over, err := ReleaseOverrides(path, nil, Released{API: imageOf("a")})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"tripsage:images": map[string]any{"api": imageOf("a"), "pullSecret": "s"}}, over, "the short key too")
	_, err = ReleaseOverrides(filepath.Join(t.TempDir(), "none"), nil, Released{})
	require.ErrorIs(t, err, os.ErrNotExist)
}
