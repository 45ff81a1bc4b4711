package renderer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// marker is the file that tells a folder of ours, with a line for each file
// that we wrote.
const marker = ".tripsage-render"

// Replace writes the objects into the folder, which holds nothing else
// afterwards: an object that is gone has no file any more. The files are
// written next to the folder and moved, so that nobody sees half of them and a
// failure leaves what was there.
//
// A folder with a file that no earlier call wrote is left alone, with an error
// that names the file.
func Replace(folder, stack string, objects []Object) (err error) {
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	if err := ours(folder); err != nil {
		return err
	}
	above := filepath.Dir(folder)
	if err := os.MkdirAll(above, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(above, ".tripsage-render-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	fresh, old := filepath.Join(work, "new"), filepath.Join(work, "old")
	if err := write(fresh, stack, objects); err != nil {
		return err
	}
	return swap(folder, fresh, old)
}

// ours checks that every file in the folder, if there is one, is of our making.
func ours(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := os.ReadFile(filepath.Join(folder, marker))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	known := append(strings.Split(string(list), "\n"), marker)
	for _, entry := range entries {
		if !slices.Contains(known, entry.Name()) || !entry.Type().IsRegular() {
			return fmt.Errorf("%s holds %s, which tripsage render did not write: the folder would be replaced as a whole; "+
				"move that away or name another folder with --out", folder, entry.Name())
		}
	}
	return nil
}

func write(folder, stack string, objects []Object) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	list := "# Written by `tripsage render --stack " + stack + "`, which replaces this folder as a whole.\n"
	for _, object := range objects {
		if err := os.WriteFile(filepath.Join(folder, object.File), object.Content, 0o644); err != nil {
			return err
		}
		list += object.File + "\n"
	}
	return os.WriteFile(filepath.Join(folder, marker), []byte(list), 0o644)
}

// swap puts the fresh folder in the place of the old one.
func swap(folder, fresh, old string) error {
	err := os.Rename(folder, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	had := err == nil
	if err = os.Rename(fresh, folder); err != nil && had {
		err = errors.Join(err, os.Rename(old, folder))
	}
	return err
}
