package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
)

// EndOrphans ends what killed runs in a home left running: their engines, and
// the plugins of those. A run that is going on is left alone.
func EndOrphans(ctx context.Context, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.run"))
	if err != nil {
		return fmt.Errorf("look for runs: %w", err)
	}
	var faults []error
	for _, file := range files {
		lock, err := takeRunLock(ctx, file, "clean up")
		var busy *BusyError
		if errors.As(err, &busy) {
			continue
		}
		if err == nil {
			s := &session{home: home(folder), lock: lock}
			err = errors.Join(s.endOrphans(ctx), lock.release())
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// endOrphans needs the run lock: then an engine on record has lost its parent.
func (s *session) endOrphans(ctx context.Context) error {
	previous := s.lock.previous
	if found, alive := findProcess(previous.EnginePID); alive && found.id == previous.EngineID {
		if err := s.endOrphan(ctx, previous); err != nil {
			return err
		}
	}
	// A plugin does not notice that its engine has gone, and would stay for ever.
	for _, pid := range orphanedPlugins(filepath.Join(s.home.pulumi(), "plugins")) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the plugin of a killed run, process %d: %w", pid, err)
		}
	}
	return nil
}
