package migrations_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// The deployment guide's own lines, as they are there; only the test user is a UUID.
func testGuide(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	extensions := map[string]string{}
	collect(t, w.owner, extensions, "SELECT extname, extversion FROM pg_extension WHERE extname IN ('vector', 'pg_cron', 'pg_net');")
	assert.Regexp(t, `^0\.[5-9]`, extensions["vector"])

	secure := map[string]string{}
	collect(t, w.owner, secure, "SELECT tablename, rowsecurity::text FROM (SELECT schemaname, tablename, rowsecurity FROM pg_tables WHERE schemaname = 'public') guide;")
	for _, table := range strings.Fields("users trips trip_collaborators itinerary_items chat_sessions chat_messages memories destinations api_keys audit_log") {
		assert.Equal(t, "true", secure[table], table)
	}

	indexes := map[string]string{}
	collect(t, w.owner, indexes, "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%hnsw%' OR indexname = 'memories_user_embedding_idx'")
	const form = "CREATE INDEX %s ON public.memories USING hnsw (embedding vector_cosine_ops) WITH (m='16', ef_construction='64')"
	assert.Equal(t, map[string]string{
		"memories_embedding_hnsw_idx": fmt.Sprintf(form, "memories_embedding_hnsw_idx"),
		"memories_user_embedding_idx": fmt.Sprintf(form, "memories_user_embedding_idx") + " WHERE (user_id IS NOT NULL)",
	}, indexes)

	for _, sql := range []string{
		`SELECT schemaname, relname, indexrelname, idx_tup_read, idx_tup_fetch FROM pg_stat_user_indexes WHERE indexrelname LIKE '%hnsw%';`,
		"ANALYZE memories;", "ANALYZE trips;", "ANALYZE chat_messages;",
		"EXPLAIN (ANALYZE, BUFFERS) SELECT content, embedding <=> array_fill(0.1, array[384])::vector as similarity FROM memories WHERE user_id = '" +
			w.alice.id + "' ORDER BY embedding <=> array_fill(0.1, array[384])::vector LIMIT 10;",
	} {
		_, err := w.owner.Exec(t.Context(), sql)
		assert.NoError(t, err, sql)
	}
}

func collect(t *testing.T, conn *pgx.Conn, into map[string]string, sql string) {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	require.NoError(t, err)
	var key, word string
	_, err = pgx.ForEachRow(rows, []any{&key, &word}, func() error { into[key] = word; return nil })
	require.NoError(t, err)
}

func testPublication(t *testing.T, pg *servicetest.Postgres) {
	const tables = "select coalesce(array_agg(tablename::text order by tablename), '{}') from pg_publication_tables where pubname = 'supabase_realtime'"
	five := []string{"chat_messages", "chat_sessions", "itinerary_items", "trip_collaborators", "trips"}
	w := newWorld(t, pg)
	assert.Equal(t, five, value[[]string](t, w.owner, tables))

	// A project that has the publication, with tables of its own: they stay in it.
	url := servicetest.SupabaseDatabase(t, pg)
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), "create table public.notes (id int primary key); create publication supabase_realtime for table public.notes")
	require.NoError(t, err)
	m, _ := migrator(t, embedded(t), url)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, append(five, "notes"), value[[]string](t, conn, tables))
	_, err = m.Down(t.Context(), len(embedded(t)))
	require.NoError(t, err)
	assert.Equal(t, []string{"notes"}, value[[]string](t, conn, tables))
}

// Of few memories all are compared; of many, the index finds the nearest.
func testSearchPlan(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	for who, count := range map[actor]int{w.alice: 2500, w.bob: 20} {
		_, err := w.owner.Exec(t.Context(), `insert into memories (user_id, content, model, embedding)
			select $1::uuid, 'm', 'm', (select array_agg(random()) from generate_series(1, 384) where n > 0)::vector
			from generate_series(1, $2) n`, who.id, count)
		require.NoError(t, err)
	}
	_, err := w.owner.Exec(t.Context(), "analyze memories")
	require.NoError(t, err)
	for who, want := range map[actor]string{w.alice: "Index Scan using memories_", w.bob: "Index Scan using memories_user_idx"} {
		plan := w.explain(t, who, `select id from memories where user_id = $1 and model = 'm'
			order by embedding <=> array_fill(0.05, array[384])::vector limit 10`, uuid.MustParse(who.id))
		assert.Contains(t, plan, want, who.name)
		assert.Equal(t, who == w.alice, strings.Contains(plan, "Order By: (embedding <=>"), plan)
		assert.NotContains(t, plan, "SubPlan", "the user is found once for the statement and not for each row: %s", plan)
	}
	plan := w.explain(t, w.alice, "select id from trips where id = $1", w.trip)
	assert.Contains(t, plan, "Index Scan using trips_pkey")
	assert.NotContains(t, plan, "SubPlan", "shared trips are looked up once: %s", plan)
}

// explain is the plan that a user's statement gets.
func (w *world) explain(t *testing.T, who actor, sql string, args ...any) string {
	t.Helper()
	var lines []string
	require.NoError(t, pgx.BeginFunc(t.Context(), w.api, func(tx pgx.Tx) error {
		w.become(t, tx, who)
		rows, err := tx.Query(t.Context(), "explain "+sql, append([]any{pgx.QueryExecModeSimpleProtocol}, args...)...)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return strings.Join(lines, "\n")
}

func testCatalogue(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	assert.GreaterOrEqual(t, value[int64](t, w.owner, "select count(*) from destinations"), int64(100))
	assert.Zero(t, value[int64](t, w.owner, `select count(*) from destinations where abs((select avg(m) from unnest(season) m) - 100) > 1`),
		"a season's months are percent of the year's average")
	for words, want := range map[string]string{"zurich": "Zürich", "Zürich": "Zürich", "reykjavik": "Reykjavík", "krakow": "Kraków", "eiffel": "Paris"} {
		found := value[[]string](t, w.owner, "select coalesce(array_agg(name), '{}') from destinations where search @@ websearch_to_tsquery('english', $1)", words)
		assert.Contains(t, found, want, words)
	}
	assert.Equal(t, "sao tome, gdansk", value[string](t, w.owner, "select private.plain('São Tomé, Gdańsk')"))
}
