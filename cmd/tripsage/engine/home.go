package engine

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// home is the folder layout under Options.Home.
type home string

func (h home) pulumi() string              { return filepath.Join(string(h), "pulumi") }
func (h home) state() string               { return filepath.Join(string(h), "state") }
func (h home) passphrase() string          { return filepath.Join(string(h), "passphrase") }
func (h home) work(stack string) string    { return filepath.Join(string(h), "work", stack) }
func (h home) runFile(stack string) string { return filepath.Join(string(h), stack+".run") }
func (h home) backend() string             { return "file://" + filepath.ToSlash(h.state()) }
func (h home) bookkeeping(dir string) string {
	return filepath.Join(h.state(), ".pulumi", dir)
}

// stateFile is where Pulumi's file backend keeps a stack.
func (h home) stateFile(project, stack string) string {
	return filepath.Join(h.bookkeeping("stacks"), project, stack+".json")
}

// locks is where Pulumi's file backend keeps the locks of a stack.
func (h home) locks(project, stack string) string {
	return filepath.Join(h.bookkeeping("locks"), "organization", project, stack)
}

// make makes the folders. The modes matter: state holds encrypted secrets and
// the passphrase beside it opens them.
func (h home) make(stack string) error {
	for _, dir := range []string{string(h), h.pulumi(), h.state(), h.work(stack)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the engine's folder: %w", err)
		}
	}
	if err := os.Chmod(string(h), 0o700); err != nil { //nolint:gosec // a folder needs the x bit
		return fmt.Errorf("keep the engine's folder private: %w", err)
	}
	return h.withoutLogs()
}

// withoutLogs keeps the CLI from writing all that it does, with every property
// of every resource, into a log of each run. That is a quarter of the run's
// time, half a megabyte or more each time, and there is no setting for it; but
// the CLI does without when it cannot make the folder.
func (h home) withoutLogs() error {
	path := filepath.Join(h.pulumi(), "logs")
	info, err := os.Lstat(path)
	if err == nil && info.Mode().IsRegular() {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("remove the engine's logs: %w", err)
	}
	return writeFile(path, []byte("This file keeps Pulumi from writing its automatic logs.\n"))
}

// ensurePassphrase makes the passphrase once. When it is gone but a state
// encrypted with it is there, a new one would only hide the loss.
func (h home) ensurePassphrase() error {
	path := h.passphrase()
	switch info, err := os.Stat(path); {
	case err == nil && info.Size() > 0:
		return os.Chmod(path, 0o600)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the passphrase file: %w", err)
	}
	states, err := filepath.Glob(filepath.Join(h.bookkeeping("stacks"), "*", "*.json"))
	if err != nil {
		return fmt.Errorf("look for states: %w", err)
	}
	if len(states) > 0 {
		return fmt.Errorf("the passphrase file %s is gone, but %s is encrypted with it: "+
			"put the file back, or delete %s to start over", path, states[0], h.state())
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return fmt.Errorf("make a passphrase: %w", err)
	}
	return writeFile(path, []byte(base64.RawStdEncoding.EncodeToString(raw)))
}

func writeJSON(path string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return writeFile(path, content)
}

// writeFile replaces the file in one step, mode 0600, so that a killed run
// leaves the old content or the new.
func writeFile(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(tmp.Name())))
	}
	return nil
}
