package apitest

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/logging"
)

// mark is in every planted text, however it is cut or quoted.
const mark = "s3nt1nel"

// planted are secrets that cannot carry the mark: tokens.
var planted struct {
	mu    sync.Mutex
	texts []string
}

// secret returns a text that must be in no log and no metric. name is for people.
func secret(name string) string { return mark + "-" + name + "-" + strings.ToLower(rand.Text()[:8]) }

func plant(text string) {
	planted.mu.Lock()
	defer planted.mu.Unlock()
	planted.texts = append(planted.texts, text)
}

// leaks returns the lines of a text that hold something planted.
func leaks(text string) []string {
	planted.mu.Lock()
	secrets := append(slices.Clone(planted.texts), mark, jwtSecret, sealingKey, suite.pg.Password, suite.cache.Password)
	planted.mu.Unlock()
	var found []string
	for _, secret := range secrets {
		if !strings.Contains(text, secret) {
			continue
		}
		for line := range strings.Lines(text) {
			if strings.Contains(line, secret) {
				found = append(found, line)
			}
		}
	}
	return found
}

// inspect looks through all that the process has written until its end.
func (a *api) inspect(t testing.TB) {
	t.Helper()
	logs := a.logs()
	assert.Empty(t, leaks(logs), "leaked in the log")
	assert.Empty(t, breaches(logs), "breaks the contract of docs/logging.md")
	assert.Empty(t, a.lines(t, "panic"))
	for _, word := range []string{"goroutine 1 [", "fatal error:", "DATA RACE", "http: panic"} {
		assert.NotContains(t, logs, word)
	}
	if t.Failed() {
		t.Logf("the last lines of the log:\n%s", logs[max(0, len(logs)-8000):])
	}
}

// breaches are lines that are not as docs/logging.md says. A process that was killed may have had no
// time for the whole of its last one.
func breaches(logs string) []string {
	var found []string
	for line := range strings.Lines(logs) {
		if strings.HasPrefix(line, "api: ") || !strings.HasSuffix(line, "\n") {
			continue
		}
		if err := logging.Check([]byte(line)); err != nil && len(found) < 10 {
			found = append(found, err.Error()+": "+line)
		}
	}
	return found
}

// TestLeaksAreFound: the search finds what is there, and what it searches is what clients cause.
func TestLeaksAreFound(t *testing.T) {
	ada := someone("ada")
	signature := ada.token[strings.LastIndex(ada.token, ".")+1:]
	assert.Len(t, leaks("good\nemail "+ada.email+"\ntoken "+signature+"\n"), 2)
	assert.Empty(t, leaks("good\n"))

	a := start(t)
	a.as(ada).do(t, "GET", "/trips/4711", "", "X-Request-Id", "found-in-the-log").is(t, 404)
	require.Contains(t, a.scrape(t), `http_requests_total{method="GET",route="/trips/{id}",status="404"} 1`)
	a.stop(t)
	require.Contains(t, a.logs(), "found-in-the-log")
	assert.Empty(t, breaches(a.logs()))
	assert.Len(t, breaches(strings.Replace(a.logs(), `"route":`, `"path":`, 1)), 1)
}
