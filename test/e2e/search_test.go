package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// needles are the forms in which a secret might be lying around.
func needles(secrets []string) [][]byte {
	var forms [][]byte
	for _, secret := range secrets {
		encoded := base64.StdEncoding.EncodeToString([]byte(secret))
		// The last group depends on what follows in a longer text.
		forms = append(forms, []byte(secret), []byte(encoded[:len(encoded)-4]))
	}
	return forms
}

func holdsAny(text []byte, forms [][]byte) bool {
	for _, form := range forms {
		if bytes.Contains(text, form) {
			return true
		}
	}
	return false
}

// searchFiles names the files below the folders that hold one of the forms,
// and how many files it has read. Compressed files, which image layers are,
// are read as what they hold.
func searchFiles(t *testing.T, forms [][]byte, folders ...string) (hits []string, read int) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil // it was temporary
			}
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				return nil
			}
			require.NoError(t, err)
			read++
			if holdsAny(text, forms) || holdsAny(decompressed(text), forms) {
				hits = append(hits, path)
			}
			return nil
		})
		require.NoError(t, err)
	}
	return hits, read
}

// decompressed is nil for what is not compressed, or only starts like it.
func decompressed(text []byte) []byte {
	reader, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		return nil
	}
	return plain
}

// searchProcesses names the processes of this machine that hold one of the
// forms in their arguments or environment, where others can read it.
func searchProcesses(t *testing.T, forms [][]byte) (hits []string, read int) {
	t.Helper()
	for _, pattern := range []string{"/proc/[0-9]*/cmdline", "/proc/[0-9]*/environ"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				continue // it ended meanwhile
			}
			read++
			if holdsAny(text, forms) {
				hits = append(hits, path)
			}
		}
	}
	return hits, read
}
