package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// linkPlugins makes PULUMI_HOME/plugins/<name> a folder of links into each
// plugin's own folder. The engine does not accept a link to a folder.
func (h home) linkPlugins(plugins map[string]string) error {
	for name, from := range plugins {
		if !regexp.MustCompile(`^resource-[a-z0-9-]+-v[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(name) {
			return fmt.Errorf("plugin %q must be named like resource-kubernetes-v4.25.0", name)
		}
		entries, err := os.ReadDir(from)
		if err != nil {
			return fmt.Errorf("plugin %s: %w", name, err)
		}
		to := filepath.Join(h.pulumi(), "plugins", name)
		if err := os.MkdirAll(to, 0o700); err != nil {
			return fmt.Errorf("plugin %s: %w", name, err)
		}
		for _, entry := range entries {
			if err := link(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil {
				return fmt.Errorf("plugin %s: %w", name, err)
			}
		}
	}
	return nil
}

func link(target, path string) error {
	if current, err := os.Readlink(path); err == nil && current == target {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, path)
}
