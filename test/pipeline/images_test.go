package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// places are the forms in which files name images to pull: FROM of a
// Dockerfile, image: of YAML, "image": of JSON, container: of a workflow.
func places() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?m)^\s*FROM\s+(?:--\S+\s+)*(\S+)`),
		regexp.MustCompile(`(?m)^\s*-?\s*(?:image|container):\s+["']?([\w./-]+[:@][^\s"'#]+)`),
		regexp.MustCompile(`"image":\s*"([^"]+)"`),
	}
}

// unpinned are the images in the text that have no digest. Those that the file
// makes itself (stages, and images it builds) need none.
func unpinned(text string) []string {
	var found []string
	own := map[string]bool{"scratch": true}
	for _, stage := range regexp.MustCompile(`(?mi)^\s*FROM\s+.*\sAS\s+(\S+)`).FindAllStringSubmatch(text, -1) {
		own[stage[1]] = true
	}
	for _, place := range places() {
		for _, match := range place.FindAllStringSubmatch(text, -1) {
			name := match[1]
			if !own[name] && !strings.Contains(name, "@sha256:") && !strings.HasPrefix(name, "tripsage.local/") {
				found = append(found, name)
			}
		}
	}
	return found
}

func TestNoImageIsUnpinned(t *testing.T) {
	out, err := exec.Command("git", "-C", "../..", "ls-files", "-z").Output()
	require.NoError(t, err)
	looked := 0
	for _, file := range strings.Split(strings.Trim(string(out), "\x00"), "\x00") {
		if !names(file) {
			continue
		}
		text, err := os.ReadFile(filepath.Join("../..", file))
		if os.IsNotExist(err) {
			continue // deleted, not yet committed
		}
		require.NoError(t, err)
		looked++
		assert.Empty(t, unpinned(string(text)), file)
	}
	assert.Greater(t, looked, 10)
}

// names says whether the file may name images that somebody pulls. What tests
// read names images that nobody pulls, bad ones on purpose.
func names(file string) bool {
	if strings.Contains(file, "testdata/") || strings.HasPrefix(file, "policy/rules/examples/") {
		return false
	}
	base := filepath.Base(file)
	switch filepath.Ext(base) {
	case ".yaml", ".yml", ".json", ".Dockerfile":
		return true
	default:
		return strings.HasPrefix(base, "Dockerfile")
	}
}

func TestUnpinnedImagesAreFound(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0", 64)
	assert.Equal(t, []string{"golang:1.26", "alpine", "redis:7", "debian:12", "node:22"}, unpinned(
		"FROM --platform=$BUILDPLATFORM golang:1.26 AS build\nFROM build\nFROM scratch\nFROM alpine\n"+
			"image: redis:7 # one\n  container: debian:12\n  image: redis:7"+digest+"\n\"image\": \"node:22\"\n"))
}
