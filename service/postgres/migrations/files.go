package migrations

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.sql
var files embed.FS

//go:embed prepare.sql
var prepareSQL string

const (
	downSuffix  = ".down.sql"
	preparation = "prepare.sql"
)

// Migration is one step from a schema to the next.
type Migration struct {
	Version        string // date and number, such as "20261126_01"; later ones are greater
	Name           string // such as "initial_schema"
	Description    string
	CompatibleFrom string // the version of the oldest programs that work with the result
	Up, Down       string // SQL, each run in one transaction
	Checksum       string // SHA-256 of Up, hexadecimal
}

// File is the name of the migration's file.
func (m Migration) File() string { return m.Version + "_" + m.Name + ".sql" }

// Embedded returns the migrations of this program, the oldest first.
func Embedded() ([]Migration, error) { return Read(files) }

// Read collects the migrations in the root folder of fsys, the oldest first. All faults of the
// files are in the one error.
func Read(fsys fs.FS) ([]Migration, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []Migration
	var faults []error
	for _, name := range names {
		if name == preparation || strings.HasSuffix(name, downSuffix) {
			continue
		}
		m, err := read(fsys, name)
		all, faults = append(all, m), append(faults, err)
	}
	for _, name := range names {
		if up, down := strings.CutSuffix(name, downSuffix); down && !slices.Contains(names, up+".sql") {
			faults = append(faults, fmt.Errorf("migration %s: rolls back %s.sql, which is not there", name, up))
		}
	}
	slices.SortFunc(all, func(a, b Migration) int { return cmp.Compare(a.Version, b.Version) })
	return all, errors.Join(append(faults, checkOrder(all)...)...)
}

func read(fsys fs.FS, name string) (Migration, error) {
	parts := regexp.MustCompile(`^(\d{8}_\d{2})_([a-z0-9_]+)\.sql$`).FindStringSubmatch(name)
	if parts == nil {
		return Migration{}, fmt.Errorf("migration %s: expected a name such as 20261126_01_initial_schema.sql", name)
	}
	up, err := fs.ReadFile(fsys, name)
	if err != nil {
		return Migration{}, err
	}
	down, err := fs.ReadFile(fsys, strings.TrimSuffix(name, ".sql")+downSuffix)
	if err != nil {
		return Migration{}, fmt.Errorf("migration %s: its rollback is missing (%w)", name, err)
	}
	sum := sha256.Sum256(up)
	m := Migration{
		Version: parts[1], Name: parts[2], Up: string(up), Down: string(down), Checksum: hex.EncodeToString(sum[:]),
		Description: header(up, "Description"), CompatibleFrom: header(up, "Compatible-from"),
	}
	return m, m.check()
}

// header returns the value of a comment line at the start of a line.
func header(sql []byte, key string) string {
	line := regexp.MustCompile(`(?m)^-- ` + key + `: *(.*\S) *$`).FindSubmatch(sql)
	if line == nil {
		return ""
	}
	return string(line[1])
}

func (m Migration) check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("migration "+m.File()+": "+format, args...))
	}
	if m.Description == "" {
		fault("has no line \"-- Description: …\"")
	}
	if m.CompatibleFrom == "" || m.CompatibleFrom > m.Version {
		fault("has Compatible-from %q, expected a line \"-- Compatible-from: …\" with a version up to its own", m.CompatibleFrom)
	}
	// The migrator's own transaction would end there, and a fault later on would leave half a schema.
	if control := regexp.MustCompile(`(?mi)^\s*(begin|commit|rollback|start transaction)\s*;`).FindString(m.Up + "\n" + m.Down); control != "" {
		fault("holds %q: it runs in a transaction of the migrator's, leave such lines out", strings.TrimSpace(control))
	}
	return errors.Join(faults...)
}

func checkOrder(all []Migration) []error {
	var faults []error
	for i := 1; i < len(all); i++ {
		before, m := all[i-1], all[i]
		switch {
		case m.Version == before.Version:
			faults = append(faults, fmt.Errorf("migrations %s and %s have the same version", before.File(), m.File()))
		case m.CompatibleFrom < before.CompatibleFrom:
			faults = append(faults, fmt.Errorf("migration %s: has Compatible-from %s, but %s broke what is older than %s",
				m.File(), m.CompatibleFrom, before.File(), before.CompatibleFrom))
		}
	}
	return faults
}
