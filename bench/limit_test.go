package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
	"github.com/tripsage/infrastructure/service/embedding"
)

// searchSettings are those that the API searches with; see service/postgres.
const searchSettings = "-c hnsw.iterative_scan=strict_order -c hnsw.ef_search=100"

// limitQuery is the API's own search, by a superuser without row level security, with the vector
// already in the server: no faster way of asking remains.
func limitQuery() string {
	return fmt.Sprintf(`\set id random(1, %d)
select id, content, metadata, created_at, 1 - (embedding <=> (select embedding from bench_queries where id = :id)) as similarity
from memories where user_id = '%s' and model = '%s'
order by embedding <=> (select embedding from bench_queries where id = :id) limit 10;
`, queries, traveller, embedding.Local{}.Name())
}

// pgbench runs the queries with so many clients. The result has no percentiles.
func pgbench(b *testing.B, s stores, clients int, duration time.Duration) result {
	b.Helper()
	bin, err := debianpostgres.Programs(b.Context(), os.Stderr)
	require.NoError(b, err)
	file := filepath.Join(b.TempDir(), "search.sql")
	require.NoError(b, os.WriteFile(file, []byte(limitQuery()), 0o600))
	u, err := url.Parse(s.ownerURL)
	require.NoError(b, err)
	password, _ := u.User.Password()
	cmd := exec.Command(filepath.Join(bin, "pgbench"), "--no-vacuum", "--protocol=prepared", // #nosec G204
		"--client="+strconv.Itoa(clients), "--jobs="+strconv.Itoa(min(clients, 2)),
		"--time="+strconv.Itoa(int(duration.Seconds())), "--file="+file,
		"--host="+u.Hostname(), "--port="+u.Port(), "--username="+u.User.Username(), strings.TrimPrefix(u.Path, "/"))
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "PGOPTIONS="+searchSettings)
	before := s.used(b, nil)
	output, err := cmd.CombinedOutput()
	used := s.used(b, nil).since(before)
	require.NoError(b, err, "%s", output)
	found := regexp.MustCompile(`tps = ([0-9.]+) \(without`).FindSubmatch(output)
	require.NotNil(b, found, "%s", output)
	rate, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(b, err)
	return result{
		Requests: int(rate * duration.Seconds()), Elapsed: float64(duration.Microseconds()), Used: used,
		Load: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
	}
}

// recall says which share of the ten nearest memories the API finds, over 200 questions. Many
// sentences are equally near, so whatever is as near as the tenth counts as found.
func recall(b *testing.B, s stores, api *server) float64 {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), s.ownerURL)
	require.NoError(b, err)
	defer func() { require.NoError(b, conn.Close(context.Background())) }()
	_, err = conn.Exec(b.Context(), "set enable_indexscan = off")
	require.NoError(b, err)
	const asked, wanted, rounding = 200, 10, 1e-5
	found := 0
	for i := range asked {
		var tenth float64
		require.NoError(b, conn.QueryRow(b.Context(), `select min(similarity) from (
			select 1 - (m.embedding <=> q.embedding) as similarity from memories m, bench_queries q
			where q.id = $1 order by m.embedding <=> q.embedding limit $2) nearest`, i+1, wanted).Scan(&tenth))
		for _, similarity := range search(b, s, api, s.asked[i], wanted) {
			if similarity >= tenth-rounding {
				found++
			}
		}
	}
	return float64(found) / (asked * wanted)
}

// search returns the similarities of what the API finds.
func search(b *testing.B, s stores, api *server, text string, limit int) []float64 {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": text, "limit": limit})
	require.NoError(b, err)
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, api.url+"/memory/search", bytes.NewReader(body))
	require.NoError(b, err)
	request.Header.Set("Authorization", "Bearer "+s.token)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(b, err)
	defer answer.Body.Close()
	require.Equal(b, http.StatusOK, answer.StatusCode)
	var list struct {
		Items []struct {
			Similarity float64 `json:"similarity"`
		} `json:"items"`
	}
	require.NoError(b, json.NewDecoder(answer.Body).Decode(&list))
	similarities := make([]float64, len(list.Items))
	for i, item := range list.Items {
		similarities[i] = item.Similarity
	}
	return similarities
}
