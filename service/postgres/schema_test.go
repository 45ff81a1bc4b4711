package postgres

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/postgres/migrations"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func TestCheckSchema(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	known, err := migrations.Embedded()
	require.NoError(t, err)
	last := known[len(known)-1]
	for name, tc := range map[string]struct {
		change string // to private.schema_migrations, as the owner
		want   string // in the error; "" is none
	}{
		"the program's own":    {"", ""},
		"newer and compatible": {"insert into private.schema_migrations values ('20991231_01', 'more', 'x', '" + last.Version + "')", ""},
		"newer and not compatible": {
			"insert into private.schema_migrations values ('20991231_01', 'less', 'x', '20991231_01')",
			"the database has the migration 20991231_01_less, which only works with programs of schema 20991231_01 or later, and this one is of " + last.Version,
		},
		"older": {"delete from private.schema_migrations where version = '" + last.Version + "'",
			"the database lacks the migration " + last.File() + ", which this program needs: run the migrations (tripsage migrate up)"},
		"none":        {"delete from private.schema_migrations", "the database has no schema yet: run the migrations (tripsage migrate up)"},
		"not a thing": {"drop schema private cascade", "the database has no schema yet"},
	} {
		t.Run(name, func(t *testing.T) {
			owner, api := servicetest.MigratedDatabase(t, pg)
			conn, err := pgx.Connect(t.Context(), owner)
			require.NoError(t, err)
			_, err = conn.Exec(t.Context(), tc.change)
			require.NoError(t, err)
			require.NoError(t, conn.Close(t.Context()))
			err = open(t, Options{URL: api}).CheckSchema(t.Context())
			if tc.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, service.CodeSchemaUnknown, service.CodeOf(err))
		})
	}
	t.Run("no answer", func(t *testing.T) {
		nobody := open(t, Options{URL: "postgres://u:p@" + servicetest.FreeAddr(t) + "/d", PoolSize: 1, AcquireTimeout: time.Second})
		assert.Equal(t, service.CodeConnectionRefused, service.CodeOf(nobody.CheckSchema(t.Context())))
	})
}

// A release that knows less than the database has can serve it for as long as every migration
// that it does not know says so: this is how a release is rolled back without a rollback of the data.
func TestOlderProgramOnNewerSchema(t *testing.T) {
	step := func(version, from string) migrations.Migration {
		return migrations.Migration{Version: version, Name: "m", CompatibleFrom: from}
	}
	expand, contract := step("20260102_01", "20260101_01"), step("20260103_01", "20260102_01")
	first := step("20260101_01", "20260101_01")
	rows := func(all ...migrations.Migration) (applied []migrations.Applied) {
		for _, m := range all {
			applied = append(applied, migrations.Applied{Version: m.Version, Name: m.Name, CompatibleFrom: m.CompatibleFrom})
		}
		return applied
	}
	set := []migrations.Migration{first, expand, contract}
	assert.NoError(t, servable(set[:1], rows(first, expand)), "expanded")
	assert.Error(t, servable(set[:1], rows(first, expand, contract)), "contracted")
	assert.NoError(t, servable(set[:2], rows(first, expand, contract)))
	assert.Error(t, servable(set, rows(first, expand)), "the new program before its migration")
}
