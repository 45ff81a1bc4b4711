// Package rootfs holds a container's file system in memory and turns it into
// an image layer. Equal trees give byte-for-byte equal layers: entries are
// sorted, times are fixed, owners are numeric.
package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Entry is one file, directory or symbolic link of a Tree.
type Entry struct {
	// Mode has the type (regular, directory or symlink) and permission bits;
	// of the special bits only sticky is kept.
	Mode fs.FileMode
	// UID and GID are numeric owners.
	UID, GID int
	// Link is the target of a symbolic link.
	Link string
	// Data is the content of a regular file.
	Data []byte
}

// Tree is a file system: clean relative paths ("usr/bin/bash") to entries.
// The zero value is an empty tree.
type Tree struct {
	entries map[string]Entry
}

// Add puts an entry at a path. A directory may be added again, which changes
// its mode and owner; anything else that exists already is an error.
func (t *Tree) Add(name string, e Entry) error {
	p := clean(name)
	if p == "" {
		return nil // the root directory itself: runtimes make it
	}
	if kind := e.Mode.Type(); kind != 0 && kind != fs.ModeDir && kind != fs.ModeSymlink {
		return fmt.Errorf("file system entry %q has type %s; images hold only files, directories and symbolic links", p, kind)
	}
	e.Mode &= fs.ModeType | fs.ModeSticky | fs.ModePerm
	old, exists := t.entries[p]
	if exists && (!old.Mode.IsDir() || !e.Mode.IsDir()) {
		return fmt.Errorf("file system entry %q is given twice", p)
	}
	if t.entries == nil {
		t.entries = map[string]Entry{}
	}
	t.entries[p] = e
	return nil
}

// File adds a regular file owned by root.
func (t *Tree) File(name string, perm fs.FileMode, data []byte) error {
	return t.Add(name, Entry{Mode: perm.Perm(), Data: data})
}

// Symlink adds a symbolic link owned by root.
func (t *Tree) Symlink(name, target string) error {
	return t.Add(name, Entry{Mode: fs.ModeSymlink | fs.ModePerm, Link: target})
}

// Dir adds a directory.
func (t *Tree) Dir(name string, perm fs.FileMode, uid, gid int) error {
	return t.Add(name, Entry{Mode: fs.ModeDir | perm, UID: uid, GID: gid})
}

// Get gives the entry at a path, without following links.
func (t *Tree) Get(name string) (Entry, bool) {
	e, ok := t.entries[clean(name)]
	return e, ok
}

// Paths gives every path in the order of the layer.
func (t *Tree) Paths() []string {
	return slices.Sorted(maps.Keys(t.entries))
}

var errLinkLoop = errors.New("too many levels of symbolic links")

// Resolve follows symbolic links, in every part of the path, and gives the
// path of the entry that a process in the container would reach.
func (t *Tree) Resolve(name string) (string, error) {
	rest := strings.Split(clean(name), "/")
	done := ""
	for hops := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		rest = rest[1:]
		e, ok := t.entries[next]
		switch {
		case ok && e.Mode.Type() == fs.ModeSymlink:
			if hops++; hops > 40 {
				return "", fmt.Errorf("%s: %w", name, errLinkLoop)
			}
			target := e.Link
			if !path.IsAbs(target) {
				target = path.Join("/", done, target)
			}
			rest = append(strings.Split(clean(target), "/"), rest...)
			done = ""
		case ok || len(rest) > 0:
			done = next // directories in between may be implied
		default:
			return "", fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		}
	}
	return done, nil
}

func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}
