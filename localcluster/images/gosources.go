package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is the part of `go list -json` that decides a build's result.
type goPackage struct {
	ImportPath, Dir string
	Standard        bool
	DefaultGODEBUG  string
	Module          *goModule

	GoFiles, SFiles, HFiles, SysoFiles, EmbedFiles []string
}

type goModule struct {
	Path, Version, Sum, GoVersion string
	Replace                       *goModule
}

// sources describes what the program is built from: for local modules the
// language version and the hash of each file, for the others version and sum
// as in go.sum, and the toolchain's settings. A change of go.mod that does not
// touch the package changes nothing here.
func (g GoProgram) sources(ctx context.Context) (map[string]string, error) {
	const fields = "ImportPath,Dir,Standard,DefaultGODEBUG,Module,GoFiles,SFiles,HFiles,SysoFiles,EmbedFiles"
	listed, err := g.run(ctx, "list", "-deps", "-json="+fields, g.Package)
	if err != nil {
		return nil, err
	}
	env, err := g.run(ctx, "env", "GOVERSION", "GOARCH", "GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GOFIPS140")
	if err != nil {
		return nil, err
	}
	sources := map[string]string{"go env": string(env)}
	for dec := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return sources, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		}
		if err := p.addTo(sources); err != nil {
			return nil, err
		}
	}
}

func (p goPackage) addTo(sources map[string]string) error {
	if p.Standard || p.Module == nil {
		return nil // the toolchain's version covers it
	}
	used := *p.Module
	if used.Replace != nil {
		used = *used.Replace
	}
	sources["module "+p.Module.Path] = strings.Join([]string{used.Path, used.Version, used.Sum, used.GoVersion}, " ")
	if used.Version != "" {
		return nil
	}
	sources["godebug "+p.ImportPath] = p.DefaultGODEBUG
	for _, name := range slices.Concat(p.GoFiles, p.SFiles, p.HFiles, p.SysoFiles, p.EmbedFiles) {
		sum, err := hashFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		sources["file "+p.ImportPath+"/"+filepath.ToSlash(name)] = sum
	}
	return nil
}
