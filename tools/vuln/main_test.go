package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// database is a file:// URL of one with a single entry.
func database(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("testdata/db")
	if err != nil {
		t.Fatal(err)
	}
	return "file://" + dir
}

func program(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", file, "./"+name)
	build.Dir = "testdata/app"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

func check(t *testing.T, w wanted, code int, said ...string) {
	t.Helper()
	var out bytes.Buffer
	if got := run(t.Context(), w, &out); got != code {
		t.Errorf("%+v: exit code %d, expected %d\n%s", w, got, code, out.String())
	}
	for _, text := range said {
		if !strings.Contains(out.String(), text) {
			t.Errorf("%+v: %q is not in\n%s", w, text, out.String())
		}
	}
}

func TestFindings(t *testing.T) {
	db := database(t)
	check(t, wanted{db: db, dir: "testdata/app", patterns: []string{"./calls"}}, exitFindings, "GO-2099-0001", "calls/main.go", "quotedprintable.NewReader")
	check(t, wanted{db: db, programs: []string{program(t, "calls")}}, exitFindings, "GO-2099-0001")
	check(t, wanted{db: db, dir: "testdata/app", programs: []string{program(t, "calls")}}, exitFindings, "== sources in testdata/app", "== program ")
}

func TestNoFindings(t *testing.T) {
	db := database(t)
	check(t, wanted{db: db, dir: "testdata/app", patterns: []string{"./calm"}}, 0, "No vulnerabilities found.")
	check(t, wanted{db: db, programs: []string{program(t, "calm")}}, 0, "No vulnerabilities found.")
}

// What could not be scanned must not look like what is good.
func TestNotScanned(t *testing.T) {
	calm := program(t, "calm")
	for _, db := range []string{"file:///nowhere", "http://127.0.0.1:1"} {
		check(t, wanted{db: db, dir: "testdata/app", programs: []string{calm}}, exitNotScanned,
			"NOT SCANNED: sources in testdata/app", "NOT SCANNED: program "+calm, "the database is "+db)
	}
	check(t, wanted{db: database(t), programs: []string{"main.go"}}, exitNotScanned, "NOT SCANNED: program main.go")
	check(t, wanted{db: database(t), dir: "testdata"}, exitNotScanned, "NOT SCANNED: sources in testdata")
	check(t, wanted{db: database(t), dir: "testdata/app", programs: []string{"/nowhere"}, patterns: []string{"./calls"}}, exitFindings,
		"NOT SCANNED: program /nowhere", "GO-2099-0001")
	check(t, wanted{db: database(t)}, exitUsage, "nothing to scan")
}
