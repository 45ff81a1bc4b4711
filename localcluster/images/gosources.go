package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// goPackage is the part of `go list -json` that decides a build's result.
type goPackage struct {
	ImportPath, Dir string
	Standard        bool
	Module          *goModule

	GoFiles, SFiles, HFiles, SysoFiles, EmbedFiles []string
}

type goModule struct {
	Path, Version, GoMod string
	Main                 bool
	Replace              *goModule
}

// local is true for modules whose files may change under an unchanged version.
func (m *goModule) local() bool {
	if m.Replace != nil {
		m = m.Replace
	}
	return m.Version == ""
}

// goSources describes what a package is built from: for local modules the hash
// of each file, for the others the version, and the toolchain's settings.
func goSources(ctx context.Context, module, pkg string) (map[string]string, error) {
	const fields = "ImportPath,Dir,Standard,Module,GoFiles,SFiles,HFiles,SysoFiles,EmbedFiles"
	listed, err := runGo(ctx, module, "list", "-deps", "-json="+fields, pkg)
	if err != nil {
		return nil, err
	}
	env, err := runGo(ctx, module, "env", "GOVERSION", "GOFLAGS", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GOFIPS140")
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
	if !p.Module.local() {
		used := *p.Module
		if used.Replace != nil {
			used = *used.Replace
		}
		sources["module "+p.Module.Path] = used.Path + "@" + used.Version
		return nil
	}
	for _, name := range slices.Concat(p.GoFiles, p.SFiles, p.HFiles, p.SysoFiles, p.EmbedFiles) {
		sum, err := hashFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		sources["file "+p.ImportPath+"/"+filepath.ToSlash(name)] = sum
	}
	return p.Module.addSumsTo(sources)
}

// addSumsTo covers what go.mod decides beside the versions (language version,
// godebug lines) and the module hashes of go.sum.
func (m *goModule) addSumsTo(sources map[string]string) error {
	gomod := m.GoMod
	if m.Replace != nil {
		gomod = m.Replace.GoMod
	}
	for _, file := range []string{gomod, filepath.Join(filepath.Dir(gomod), "go.sum")} {
		key := "sums " + m.Path + "/" + filepath.Base(file)
		if _, done := sources[key]; done {
			continue
		}
		sum, err := hashFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // a module without dependencies has no go.sum
		}
		if err != nil {
			return err
		}
		sources[key] = sum
	}
	return nil
}
