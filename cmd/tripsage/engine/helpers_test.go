package engine_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

func contains(content []byte, text string) bool { return bytes.Contains(content, []byte(text)) }

// secretIsNowhere looks at every file that a run leaves.
func secretIsNowhere(t *testing.T, o engine.Options, secret string) {
	t.Helper()
	require.Len(t, secret, 40)
	assert.Contains(t, string(read(t, statePath(o.Home))), "ciphertext")
	files := 0
	require.NoError(t, filepath.WalkDir(o.Home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		assert.False(t, contains(read(t, path), secret), "%s holds a secret in clear", path)
		return nil
	}))
	assert.Greater(t, files, 5)
}

func short(changes []engine.Change) []string {
	var out []string
	for _, c := range changes {
		kind := c.Type[bytes.LastIndexByte([]byte(c.Type), ':')+1:]
		out = append(out, c.Op+" "+kind+" "+c.Name)
	}
	return out
}

func kinds(events []engine.Event, name string) []engine.EventKind {
	var out []engine.EventKind
	for _, e := range events {
		if e.Name == name {
			out = append(out, e.Kind)
		}
	}
	return out
}

func urns(t *testing.T, state []byte) []string {
	t.Helper()
	var file struct {
		Checkpoint struct {
			Latest struct {
				Resources []struct {
					URN string `json:"urn"`
				} `json:"resources"`
			} `json:"latest"`
		} `json:"checkpoint"`
	}
	require.NoError(t, json.Unmarshal(state, &file))
	var out []string
	for _, r := range file.Checkpoint.Latest.Resources {
		out = append(out, r.URN)
	}
	return out
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}
