package rootfs

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// CheckLibraries finds programs and libraries whose shared libraries or
// dynamic loader are not in the tree, so that a package left out by mistake
// fails the build and not the pod. Every fault is in the joined error.
func (t *Tree) CheckLibraries() error {
	dirs := t.libraryDirs()
	var faults []error
	for _, p := range t.Paths() {
		data := t.entries[p].Data
		if !bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
			continue
		}
		f, err := elf.NewFile(bytes.NewReader(data))
		if err != nil {
			return fmt.Errorf("reading ELF file %q: %w", p, err)
		}
		faults = append(faults, t.checkELF(p, f, dirs)...)
	}
	return errors.Join(faults...)
}

func (t *Tree) checkELF(p string, f *elf.File, dirs []string) []error {
	var faults []error
	if loader := interpreter(f); loader != "" {
		if _, err := t.Resolve(loader); err != nil {
			faults = append(faults, fmt.Errorf("%s needs the loader %s, which no package provides", p, loader))
		}
	}
	needed, err := f.ImportedLibraries()
	if err != nil {
		return append(faults, fmt.Errorf("reading the libraries of %q: %w", p, err))
	}
	search := slices.Concat(runPaths(p, f), dirs)
	for _, lib := range needed {
		found := func(dir string) bool { _, err := t.Resolve(path.Join(dir, lib)); return err == nil }
		if !slices.ContainsFunc(search, found) {
			faults = append(faults, fmt.Errorf("%s needs the library %s, which no package provides; add the package that has it", p, lib))
		}
	}
	return faults
}

// libraryDirs are the loader's built-in directories: no ld.so.cache is made.
func (t *Tree) libraryDirs() []string {
	dirs := map[string]bool{"usr/lib": true, "usr/lib64": true}
	for p := range t.entries {
		if dir := path.Dir(p); path.Dir(dir) == "usr/lib" && strings.Contains(path.Base(dir), "-linux-gnu") {
			dirs[dir] = true
		}
	}
	var list []string
	for d := range dirs {
		list = append(list, d)
	}
	slices.Sort(list)
	return list
}

func runPaths(p string, f *elf.File) []string {
	var dirs []string
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		values, err := f.DynString(tag)
		if err != nil {
			continue // a file without a dynamic section has no run path
		}
		for _, v := range values {
			for dir := range strings.SplitSeq(v, ":") {
				dirs = append(dirs, strings.ReplaceAll(dir, "$ORIGIN", "/"+path.Dir(p)))
			}
		}
	}
	return dirs
}

// Dynamic says whether an ELF program needs a dynamic loader, and which.
func Dynamic(program []byte) (loader string, err error) {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return "", fmt.Errorf("not a Linux (ELF) program: %w", err)
	}
	return interpreter(f), nil
}

func interpreter(f *elf.File) string {
	for _, seg := range f.Progs {
		if seg.Type != elf.PT_INTERP {
			continue
		}
		name := make([]byte, seg.Filesz)
		if _, err := seg.ReadAt(name, 0); err == nil {
			return strings.TrimRight(string(name), "\x00")
		}
	}
	return ""
}
