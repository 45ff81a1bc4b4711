package bench

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/embedding"
)

const (
	// memories is how many the issue asks for, all of one user: the hardest case, because nothing
	// but the vector index narrows the search.
	memories = 100_000
	// queries are different searches, and trips different trips; requests go through them in turn.
	queries = 1_000
	trips   = 1_000

	traveller = service.UserID("7f3e6c0a-0000-4000-8000-000000000001")
)

// sentence is one of several million things that a traveller might want remembered.
func sentence(random *rand.Rand) string {
	pick := func(words string) string {
		all := strings.Split(words, "|")
		return all[random.IntN(len(all))]
	}
	return pick("We loved|I want to avoid|Remember|My partner prefers|The children enjoyed|Last year we booked|Next time choose|I dislike|Our friends recommended|Please look for") + " " +
		pick("a quiet|a small|the famous|a cheap|an expensive|the old|a modern|a family-run|the crowded|a rooftop|a vegetarian|a lakeside") + " " +
		pick("hotel|hostel|restaurant|museum|beach|market|night train|bike tour|wine tasting|hiking trail|cooking class|ferry|spa|viewpoint|jazz club|bakery") + " " +
		pick("in|near|north of|not far from|outside|overlooking") + " " +
		pick("Paris|Lisbon|Kyoto|Rome|Oslo|Berlin|Hanoi|Lima|Cape Town|Vienna|Prague|Seoul|Toronto|Seville|Athens|Dublin|Cusco|Bergen|Naples|Porto|Tallinn|Zurich|Marrakesh|Sydney") + " " +
		pick("in January|in March|in May|in July|in September|in November|on weekends|after sunset|for our anniversary|with my mother|without children|on a budget|before the conference|during the festival") +
		fmt.Sprintf(", about %d euros, room %d", 20+random.IntN(400), random.IntN(900))
}

// question is what a traveller might ask for.
func question(random *rand.Rand) string {
	words := strings.Fields(sentence(random))
	return strings.Join(words[2:min(len(words), 9)], " ")
}

// fill stores the memories and trips. The indexes on vectors are made afterwards, as one would
// after a restore: row by row takes many times as long.
func fill(t testing.TB, url string) (asked []string) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	exec := func(sql string) {
		_, err := conn.Exec(ctx, sql)
		require.NoError(t, err, sql)
	}
	exec(fmt.Sprintf(`insert into users (id, email) values ('%s', 'traveller@example.com')`, traveller))
	exec(fmt.Sprintf(`insert into trips (user_id, name, destination, start_date, end_date, notes)
		select '%s', 'Trip ' || n, 'Lisbon', date '2027-01-01' + n, date '2027-01-08' + n, repeat('note ', 20) from generate_series(1, %d) n`, traveller, trips))
	exec(`drop index memories_embedding_hnsw_idx`)
	exec(`drop index memories_user_embedding_idx`)

	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same data in every run
	store(t, conn, "copy memories (user_id, content, model, embedding) from stdin", memories, func(n int) []string {
		return many(n, func() string { return sentence(random) })
	}, func(text string) string { return string(traveller) + "\t" + text + "\t" + embedding.Local{}.Name() })
	asked = many(queries, func() string { return question(random) })
	exec(`create table bench_queries (id bigint generated always as identity primary key, content text, embedding vector(384) not null)`)
	store(t, conn, "copy bench_queries (content, embedding) from stdin", queries,
		func(int) []string { return asked }, func(text string) string { return text })

	exec(`set maintenance_work_mem = '1GB'`)
	exec(`create index memories_embedding_hnsw_idx on memories using hnsw (embedding vector_cosine_ops) with (m = 16, ef_construction = 64)`)
	exec(`create index memories_user_embedding_idx on memories using hnsw (embedding vector_cosine_ops) with (m = 16, ef_construction = 64) where user_id is not null`)
	exec(`vacuum analyze`)
	return asked
}

func many(n int, one func() string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = one()
	}
	return all
}

// store copies texts with their embeddings, in batches. columns gives what comes before the
// embedding, with tabs between.
func store(t testing.TB, conn *pgx.Conn, copySQL string, total int, texts func(n int) []string, columns func(text string) string) {
	t.Helper()
	const batch = 10_000
	for done := 0; done < total; {
		part := texts(min(batch, total-done))
		vectors, err := embedding.Local{}.Embed(t.Context(), part)
		require.NoError(t, err)
		var rows bytes.Buffer
		for i, text := range part {
			fmt.Fprintf(&rows, "%s\t%s\n", columns(text), vectorText(vectors[i]))
		}
		_, err = conn.PgConn().CopyFrom(t.Context(), &rows, copySQL)
		require.NoError(t, err)
		done += len(part)
	}
}

func vectorText(v service.Embedding) string {
	var text strings.Builder
	for i, x := range v {
		text.WriteByte("[,"[min(i, 1)])
		fmt.Fprintf(&text, "%g", x)
	}
	return text.String() + "]"
}
