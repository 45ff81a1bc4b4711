package engine

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// clearSidecars removes the .attrs files that a killed engine left half written. The library under Pulumi's file backend (gocloud.dev's fileblob)
// writes each one in place, next to a state that it writes in one step. It does
// without a missing one, but cannot read the state beside a broken one.
func (s *session) clearSidecars() error {
	err := filepath.WalkDir(s.home.state(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".attrs") {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // found in our own folder
		if err != nil || json.Valid(content) {
			return err
		}
		s.say("removing %s, which a run that was killed left half written", entry.Name())
		return os.Remove(path)
	})
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("look through the state: %w", err)
	}
	return nil
}
