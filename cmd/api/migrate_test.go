package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/logging"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func TestMigrate(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	owner := servicetest.SupabaseDatabase(t, pg)
	file := filepath.Join(t.TempDir(), "url")
	require.NoError(t, os.WriteFile(file, []byte(owner+"\n"), 0o600))
	run := func(args ...string) (*output, error) {
		env := map[string]string{"MIGRATION_DATABASE_URL_FILE": file}
		out := &output{}
		err := migrate(t.Context(), args, func(key string) string { return env[key] }, out)
		secret, parseErr := url.Parse(owner)
		require.NoError(t, parseErr)
		password, _ := secret.User.Password()
		assert.NotContains(t, out.String(), password)
		for line := range strings.Lines(out.String()) {
			assert.NoError(t, logging.Check([]byte(line)), line)
		}
		return out, err
	}

	out, err := run("status")
	require.ErrorIs(t, err, errNotMigrated)
	known := len(out.lines(t, "migration"))
	assert.Equal(t, "pending", out.lines(t, "migration")[0]["state"])

	out, err = run("up")
	require.NoError(t, err, out.String())
	assert.Len(t, out.lines(t, "applied"), known)
	assertAudit(t, out, "schema.up", "success")
	assert.EqualValues(t, known, out.lines(t, "the schema is up to date")[0]["applied"])
	out, err = run("status")
	require.NoError(t, err)
	assert.Equal(t, "applied", out.lines(t, "migration")[known-1]["state"])
	assert.Empty(t, out.lines(t, "audit"), "it only looks")

	out, err = run("down", "--steps", "2")
	require.NoError(t, err)
	assertAudit(t, out, "schema.down", "success")
	assert.Len(t, out.lines(t, "rolled back"), 2)
	_, err = run("down")
	require.NoError(t, err, "one is the default")
	out, err = run("up")
	require.NoError(t, err)
	assert.Len(t, out.lines(t, "applied"), 3)
	assertAudit(t, out, "schema.up", "success")
	out, err = run("down", "--steps", "1000")
	require.Error(t, err)
	assertAudit(t, out, "schema.down", "failure")
}

// assertAudit wants one audit event, and every line to be as docs/logging.md says.
func assertAudit(t *testing.T, out *output, action, outcome string) {
	t.Helper()
	events := out.lines(t, "audit")
	require.Len(t, events, 1)
	assert.Equal(t, "audit", events[0]["log"])
	assert.Equal(t, action, events[0]["action"])
	assert.Equal(t, "operator", events[0]["actor"])
	assert.Equal(t, outcome, events[0]["outcome"])
}

func TestMigrateRefusals(t *testing.T) {
	for want, tc := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"usage: api migrate COMMAND":                               {},
		`"sideways" is not a command`:                              {args: []string{"sideways"}},
		`"now" is one word too many`:                               {args: []string{"up", "now"}},
		"flag provided but not defined: -steps":                    {args: []string{"up", "-steps", "2"}},
		`invalid value "two" for flag -steps`:                      {args: []string{"down", "-steps", "two"}},
		"MIGRATION_DATABASE_URL is required but not set":           {args: []string{"up"}},
		"MIGRATION_DATABASE_URL has the wrong scheme":              {args: []string{"up"}, env: map[string]string{"MIGRATION_DATABASE_URL": "mysql://u:s3cret@h/d"}},
		"MIGRATION_DATABASE_URL: the database URL is not accepted": {args: []string{"up"}, env: map[string]string{"MIGRATION_DATABASE_URL": "postgres://u:s3cret@h/d?sslmode=perhaps"}},
	} {
		out := &output{}
		err := migrate(t.Context(), tc.args, func(key string) string { return tc.env[key] }, out)
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error()+out.String(), "s3cret")
		assert.Empty(t, out.String())
	}
}
