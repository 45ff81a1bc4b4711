package rootfs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Epoch is the modification time of every file and the creation time of every
// image, so that a build's result does not depend on when it ran.
func Epoch() time.Time { return time.Unix(0, 0).UTC() }

// Extract adds the entries of a tar stream. place gives the path that an entry
// gets in the tree, or false to leave it out.
func (t *Tree) Extract(r io.Reader, place func(name string) (string, bool)) error {
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading tar: %w", err)
		}
		name, ok := place(clean(h.Name))
		if !ok {
			continue
		}
		if err := t.extractOne(tr, h, name, place); err != nil {
			return err
		}
	}
}

func (t *Tree) extractOne(tr *tar.Reader, h *tar.Header, name string, place func(string) (string, bool)) error {
	e := Entry{Mode: h.FileInfo().Mode(), UID: h.Uid, GID: h.Gid, Link: h.Linkname}
	if h.Typeflag == tar.TypeLink {
		// A hard link becomes a copy; layers stay simple and sorted.
		target, kept := place(clean(h.Linkname))
		old, found := t.Get(target)
		if !kept || !found {
			return fmt.Errorf("tar entry %q is a hard link to %q, which is left out; keep both or none", h.Name, h.Linkname)
		}
		return t.Add(name, old)
	}
	if h.Typeflag == tar.TypeReg {
		var err error
		if e.Data, err = io.ReadAll(tr); err != nil {
			return fmt.Errorf("reading tar entry %q: %w", h.Name, err)
		}
		e.Link = ""
	}
	return t.Add(name, e)
}

// WriteTar writes the tree as a sorted tar stream. Parent directories that
// nobody added come out as root's with mode 0755.
func (t *Tree) WriteTar(w io.Writer) error {
	tw := tar.NewWriter(w)
	written := map[string]bool{"": true, ".": true}
	for _, p := range t.Paths() {
		if err := t.writeParents(tw, path.Dir(p), written); err != nil {
			return err
		}
		if err := writeEntry(tw, p, t.entries[p]); err != nil {
			return err
		}
		written[p] = true
	}
	return tw.Close()
}

func (t *Tree) writeParents(tw *tar.Writer, dir string, written map[string]bool) error {
	if written[dir] {
		return nil
	}
	if err := t.writeParents(tw, path.Dir(dir), written); err != nil {
		return err
	}
	written[dir] = true
	return writeEntry(tw, dir, Entry{Mode: fs.ModeDir | 0o755})
}

func writeEntry(tw *tar.Writer, name string, e Entry) error {
	h := &tar.Header{
		Format: tar.FormatPAX, Name: name, Typeflag: tar.TypeReg, Size: int64(len(e.Data)),
		Mode: int64(e.Mode.Perm()), Uid: e.UID, Gid: e.GID, ModTime: Epoch(),
	}
	if e.Mode&fs.ModeSticky != 0 {
		h.Mode |= 0o1000
	}
	switch e.Mode.Type() {
	case fs.ModeDir:
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
	case fs.ModeSymlink:
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.Link
	}
	if err := tw.WriteHeader(h); err != nil {
		return fmt.Errorf("writing tar entry %q: %w", name, err)
	}
	if _, err := tw.Write(e.Data); err != nil {
		return fmt.Errorf("writing tar entry %q: %w", name, err)
	}
	return nil
}

// Layer gives the tree as a compressed OCI layer. The registry is on this
// machine, so the layer is packed for speed rather than size.
func (t *Tree) Layer() (v1.Layer, error) {
	var buf bytes.Buffer
	if err := t.WriteTar(&buf); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer),
		tarball.WithCompressionLevel(gzip.BestSpeed), tarball.WithCompressedCaching)
}
