package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestValkeyConfig(t *testing.T) {
	golden(t, "config-cache.conf", string(options{
		port: 6379, threads: 2, maxMemory: 512 << 20, maxClients: 100, databases: 16, cacheMode: true,
		requirePass: `pa"ss \ wörd`, dir: "/data", bind: "0.0.0.0",
	}.valkeyConfig()))
	golden(t, "config-snapshot.conf", string(options{
		port: 1, threads: 1, maxMemory: 256 << 20, maxClients: 1, databases: 1, dbFilename: "dump.rdb",
	}.valkeyConfig()))
}

func TestQuoteKeepsEveryByteAndStaysOneWord(t *testing.T) {
	escape := regexp.MustCompile(`\\x([0-9a-f]{2})`)
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "in"))
		word := quote(in)
		inner := word[1 : len(word)-1]
		assert.NotContains(t, inner, `"`)
		assert.Equal(t, in, escape.ReplaceAllStringFunc(inner, func(e string) string {
			n, err := strconv.ParseUint(e[2:], 16, 8)
			require.NoError(t, err)
			return string([]byte{byte(n)})
		}))
	})
}

func TestRenderUsesDragonflysNames(t *testing.T) {
	info, err := os.ReadFile("testdata/info.txt")
	require.NoError(t, err)
	golden(t, "metrics.txt", render(parseInfo(string(info)), 3))
}

func TestRenderLeavesOutWhatTheServerDoesNotTell(t *testing.T) {
	text := render(map[string]string{"used_memory": "5"}, 0)
	assert.Contains(t, text, "dragonfly_memory_used_bytes 5\n")
	assert.NotContains(t, text, "dragonfly_memory_max_bytes")
	assert.Contains(t, text, `dragonfly_db_keys{db="db0"} 0`)
}
