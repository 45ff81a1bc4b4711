package apitest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
)

// TestKeysOfUsers: a key for another service goes in, and comes out nowhere.
func TestKeysOfUsers(t *testing.T) {
	a, ada := start(t), someone("ada")
	c := a.as(ada)
	first, second := secret("first"), secret("second")
	body := func(key string) string { return `{"provider":"openai","name":"private","key":"` + key + `"}` }
	stored := c.do(t, "POST", "/keys", body(first), "X-Request-Id", "stores-a-key").is(t, 201)
	replaced := c.do(t, "POST", "/keys", body(second)).is(t, 200)
	assert.Equal(t, stored.id(t), replaced.id(t))
	listed := c.do(t, "GET", "/keys", "").is(t, 200)
	require.Len(t, listed.items(t), 1)
	assert.Equal(t, second[len(second)-4:], listed.items(t)[0]["hint"])
	refused := c.do(t, "POST", "/keys", `{"provider":"`+second+`","name":"private","key":"`+second+` "}`).is(t, 422)
	c.do(t, "GET", "/keys/"+stored.id(t), "").is(t, 405)
	for _, got := range []answer{stored, replaced, listed, refused} {
		assert.NotContains(t, string(got.body), first)
		assert.NotContains(t, string(got.body), second)
	}

	plain := secret("control") // the dump shows what is not encrypted
	c.make(t, "/memory", `{"content":"`+plain+`"}`)
	dump := dumpOf(t, a.site)
	require.Contains(t, dump, plain)
	require.Contains(t, dump, "api_key.replaced")
	for _, key := range []string{first, second, first[:12], second[:12]} {
		assert.NotContains(t, dump, base64.StdEncoding.EncodeToString([]byte(key)))
		assert.NotContains(t, dump, hex.EncodeToString([]byte(key)))
	}
	assert.NotContains(t, dump, first)
	assert.NotContains(t, dump, second)
	assert.NotContains(t, dump, ada.token)

	c.do(t, "DELETE", "/keys/"+stored.id(t), "").is(t, 204)
	require.Empty(t, c.do(t, "GET", "/keys", "").items(t))
	type entry struct {
		Action, Subject, UserID string
		FromRequest             bool
	}
	entries := query(t, a.site, pgx.RowToStructByPos[entry], `select action, subject, user_id::text, request_id = 'stores-a-key' from audit_log order by id`)
	assert.Equal(t, []entry{
		{"api_key.created", "openai/private", ada.id, true},
		{"api_key.replaced", "openai/private", ada.id, false},
		{"api_key.deleted", "openai/private", ada.id, false},
	}, entries)
}

func TestNoSealingKeys(t *testing.T) {
	c := start(t, "ENCRYPTION_KEYS=").as(someone("ada"))
	c.do(t, "POST", "/keys", `{"provider":"openai","name":"private","key":"`+secret("key")+`"}`).fails(t, 501, "not_configured")
	require.Empty(t, c.do(t, "GET", "/keys", "").is(t, 200).items(t))
}

// dumpOf is all that the site's database holds, as SQL.
func dumpOf(t *testing.T, s *site) string {
	t.Helper()
	bin, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	cmd := exec.Command(filepath.Join(bin, "pg_dump"), "--inserts", "--dbname="+s.superuserURL(t)) // #nosec G204 -- a fixed program
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(out)
}

// superuserURL is the site's database for one whom row level security does not stop.
func (s *site) superuserURL(t testing.TB) string {
	t.Helper()
	config, err := pgx.ParseConfig(s.ownerURL)
	require.NoError(t, err)
	return suite.pg.URL(config.Database)
}

// query asks the site's database past row level security.
func query[T any](t testing.TB, s *site, row pgx.RowToFunc[T], sql string, args ...any) []T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.superuserURL(t))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(), sql, args...)
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, row)
	require.NoError(t, err)
	return found
}
