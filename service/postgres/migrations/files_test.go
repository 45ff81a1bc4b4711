package migrations

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

const good = "-- Description: a test\n-- Compatible-from: 20260101_01\nselect 1;\n"

func TestRead(t *testing.T) {
	set, err := Read(folder(map[string]string{
		"20260102_01_second.sql": good + "-- two", "20260102_01_second.down.sql": "-- down two",
		"20260101_01_the_first.sql": good, "20260101_01_the_first.down.sql": "-- down one",
		"prepare.sql": "select 2;", "README.md": "",
	}))
	require.NoError(t, err)
	require.Len(t, set, 2)
	assert.Equal(t, "20260101_01_the_first.sql", set[0].File())
	assert.Equal(t, "a test", set[0].Description)
	assert.Equal(t, "-- down one", set[0].Down)
	assert.Len(t, set[0].Checksum, 64)
	assert.NotEqual(t, set[0].Checksum, set[1].Checksum)
	assert.Equal(t, "20260102_01", set[1].Version)
}

func TestReadNamesEveryFault(t *testing.T) {
	down := "select 1;"
	_, err := Read(folder(map[string]string{
		"first.sql":                   good,
		"20260101_01_alone.sql":       good,
		"20260101_02_bare.sql":        "select 1;",
		"20260101_02_bare.down.sql":   down,
		"20260101_03_future.sql":      "-- Description: x\n-- Compatible-from: 20270101_01\n",
		"20260101_03_future.down.sql": down,
		"20260101_04_own.sql":         good + "BEGIN;\ncreate table x ();\nCOMMIT;",
		"20260101_04_own.down.sql":    down,
		"20260101_05_one.sql":         good, "20260101_05_one.down.sql": down,
		"20260101_05_two.sql": good, "20260101_05_two.down.sql": down,
		"20260101_06_gone.down.sql": down,
	}))
	require.Error(t, err)
	for _, want := range []string{
		"migration first.sql: expected a name such as 20261126_01_initial_schema.sql",
		"migration 20260101_01_alone.sql: its rollback is missing",
		`migration 20260101_02_bare.sql: has no line "-- Description: …"`,
		`migration 20260101_02_bare.sql: has Compatible-from ""`,
		`migration 20260101_03_future.sql: has Compatible-from "20270101_01"`,
		`migration 20260101_04_own.sql: holds "BEGIN;"`,
		"migrations 20260101_05_one.sql and 20260101_05_two.sql have the same version",
		"migration 20260101_06_gone.down.sql: rolls back 20260101_06_gone.sql, which is not there",
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestCompatibilityNeverGoesBack(t *testing.T) {
	_, err := Read(folder(map[string]string{
		"20260101_01_a.sql":      good,
		"20260101_01_a.down.sql": "", "20260101_02_b.down.sql": "", "20260101_03_c.down.sql": "",
		"20260101_02_b.sql": strings.ReplaceAll(good, "20260101_01", "20260101_02"),
		"20260101_03_c.sql": good,
	}))
	assert.EqualError(t, err, "migration 20260101_03_c.sql: has Compatible-from 20260101_01, but 20260101_02_b.sql broke what is older than 20260101_02")
}

func TestEmbeddedMigrationsAreWellFormed(t *testing.T) {
	set, err := Embedded()
	require.NoError(t, err)
	require.NotEmpty(t, set)
	for _, m := range set {
		assert.Contains(t, m.Up, "-- Migration: "+m.File(), "as in the guide's example")
		assert.Contains(t, m.Down, "-- Rollback: "+m.File())
	}
}

// A database that has the beginning of a set, whatever its length, gets the rest in order.
func TestPendingIsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		cut := rapid.IntRange(0, len(set)).Draw(t, "applied")
		todo, err := pending(set, rowsOf(set[:cut]))
		require.NoError(t, err)
		assert.Equal(t, set[cut:], todo)
	})
}

// Any other history is refused, and the error names a version that is to blame.
func TestPendingRefusesOtherHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		rows := rowsOf(set)
		at := rapid.IntRange(0, len(rows)-1).Draw(t, "at")
		blamed := rows[at].Version
		kinds := []string{"changed", "unknown"}
		if at < len(rows)-1 { // without the last one a history is just shorter
			kinds = append(kinds, "skipped")
		}
		switch rapid.SampledFrom(kinds).Draw(t, "fault") {
		case "changed":
			rows[at].Checksum = "other"
		case "unknown":
			rows[at].Version += "x"
		case "skipped":
			rows = append(rows[:at:at], rows[at+1:]...)
		}
		todo, err := pending(set, rows)
		require.ErrorContains(t, err, blamed)
		assert.Nil(t, todo)
	})
}

func drawSet(t *rapid.T) (set []Migration) {
	for i := range rapid.IntRange(1, 6).Draw(t, "migrations") {
		version := "20260101_0" + string(rune('1'+i))
		set = append(set, Migration{Version: version, Name: "m", Checksum: "sum of " + version, CompatibleFrom: version})
	}
	return set
}

func rowsOf(set []Migration) (rows []Applied) {
	for _, m := range set {
		rows = append(rows, Applied{Version: m.Version, Name: m.Name, Checksum: m.Checksum, CompatibleFrom: m.CompatibleFrom})
	}
	return rows
}

func TestOlderComparesNumbers(t *testing.T) {
	for version, want := range map[string]bool{
		"0.4.4": true, "0.5": false, "0.5.0": false, "0.10.0": false, "0.8.0": false, "1": false, "0": true, "0.5devel": true,
	} {
		assert.Equal(t, want, older(version, "0.5"), version)
	}
	assert.False(t, older("anything", ""))
}
