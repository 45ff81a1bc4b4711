package bench

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/embedding"
	"github.com/tripsage/infrastructure/service/servicetest"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

const jwtSecret = "a-secret-of-this-benchmark-and-no-other" // #nosec G101 -- it protects nothing

// stores are what both APIs use.
type stores struct {
	databaseURL string // as the API's role
	ownerURL    string // as a superuser
	cacheURL    string
	databasePID int // of the server whose children serve connections
	cachePID    int
	asked       []string
	token       string
}

func prepare(b *testing.B) stores {
	b.Helper()
	pg := servicetest.StartPostgres(b, "shared_buffers=2GB", "max_connections=300", "max_wal_size=4GB", "jit=off", "max_parallel_maintenance_workers=2")
	_, apiURL := servicetest.MigratedDatabase(b, pg)
	cache := servicetest.StartCache(b)
	s := stores{databaseURL: apiURL, ownerURL: pg.URL(database(b, apiURL)), cacheURL: cache.URL(),
		databasePID: postmaster(b, pg.Dir), cachePID: cacheProcess(b, cache.URL())}
	start := time.Now()
	s.asked = fill(b, s.ownerURL)
	b.Logf("%d memories stored and indexed in %.0f s", memories, time.Since(start).Seconds())
	var err error
	s.token, err = apitoken.Sign([]byte(jwtSecret), apitoken.Claims{
		User: traveller, Email: "traveller@example.com", Audience: "authenticated",
		Issued: time.Now(), Expires: time.Now().Add(4 * time.Hour),
	})
	require.NoError(b, err)
	return s
}

func database(b *testing.B, address string) string {
	b.Helper()
	u, err := url.Parse(address)
	require.NoError(b, err)
	return strings.TrimPrefix(u.Path, "/")
}

// build makes the API's program as its image has it.
func build(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "api")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "../cmd/api")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(b, err, "%s", output)
	return program
}

// ours runs the API's program.
func ours(b *testing.B, s stores, program string) *server {
	b.Helper()
	addr, metrics := servicetest.FreeAddr(b), servicetest.FreeAddr(b)
	api := start(b, "Go", addr, "/health/ready", map[string]string{
		"ENVIRONMENT": "local", "API_ADDR": addr, "METRICS_ADDR": metrics, "SHUTDOWN_DRAIN": "0s",
		"DATABASE_URL": s.databaseURL + "&default_query_exec_mode=cache_statement", "DRAGONFLY_URL": s.cacheURL,
		"JWT_SECRET": jwtSecret, "API_RATE_LIMIT": "1000000",
		"SUPABASE_POOL_SIZE": "20", "SUPABASE_MAX_OVERFLOW": "28",
	}, program)
	api.metrics = "http://" + metrics
	return api
}

// startTime is the middle one of five starts of our program, until it is ready.
func startTime(b *testing.B, s stores, program string) time.Duration {
	b.Helper()
	took := make([]time.Duration, 5)
	for i := range took {
		api := ours(b, s, program)
		took[i] = api.took
		api.stop()
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// theirs is the strategy document's stack with its own settings: four workers.
func theirs(b *testing.B, s stores) *server {
	b.Helper()
	vectors := map[string]service.Embedding{}
	all, err := embedding.Local{}.Embed(b.Context(), s.asked)
	require.NoError(b, err)
	for i, text := range s.asked {
		vectors[text] = all[i]
	}
	file := filepath.Join(b.TempDir(), "embeddings.json")
	data, err := json.Marshal(vectors)
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(file, data, 0o600))
	addr := servicetest.FreeAddr(b)
	return start(b, "FastAPI", addr, "/health", map[string]string{
		"DATABASE_URL": s.databaseURL, "DRAGONFLY_URL": s.cacheURL, "JWT_SECRET": jwtSecret,
		"EMBEDDINGS": file, "EMBEDDING_MODEL": embedding.Local{}.Name(),
	}, "/usr/bin/gunicorn", "app:app", "--chdir", "fastapi", "--workers", "4",
		"--worker-class", "uvicorn.workers.UvicornWorker", "--bind", addr)
}
