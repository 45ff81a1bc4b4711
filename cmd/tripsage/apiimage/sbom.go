package apiimage

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	spdxjson "github.com/spdx/tools-golang/json"
)

// modules gives what the programs in the image are made of, sorted by path:
// first the main module and then all others, Go's standard library as "stdlib".
// The programs themselves say it, so nothing is guessed from go.mod.
func (l Layout) modules() (main debug.Module, others []debug.Module, err error) {
	found := map[string]debug.Module{}
	for _, p := range l.Platforms {
		program, err := l.program(p.Digest)
		if err != nil {
			return main, nil, err
		}
		info, err := buildinfo.Read(bytes.NewReader(program))
		if err != nil {
			return main, nil, fmt.Errorf("reading what the program for %s is made of: %w", p.Name, err)
		}
		main = info.Main
		found["stdlib"] = debug.Module{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")}
		for _, m := range info.Deps {
			used := m
			if m.Replace != nil {
				used = m.Replace
			}
			found[used.Path+"@"+used.Version] = *used
		}
	}
	main.Version = l.Version // the program does not know: see Recipe
	others = slices.SortedFunc(maps.Values(found), func(a, b debug.Module) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version))
	})
	return main, others, nil
}

// WriteSBOM writes the software bill of materials as SPDX 2.3 in JSON. It is
// made of the image alone, so the same image gives the same document.
func (l Layout) WriteSBOM(out io.Writer) error {
	main, others, err := l.modules()
	if err != nil {
		return err
	}
	return spdxjson.Write(l.document(main, others), out, spdxjson.Indent("  "), spdxjson.EscapeHTML(false))
}
