package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guide has the lines with which the deployment guide tries the API, as they stand there.
const guide = `
curl https://api.your-domain.com/health
curl -H "Authorization: Bearer <token>" https://api.your-domain.com/trips
curl -H "Authorization: Bearer <token>" https://api.your-domain.com/chat/sessions
curl -H "Authorization: Bearer <token>" https://api.your-domain.com/search/destinations
curl -X POST https://api.your-domain.com/memory/search \
  -H "Authorization: Bearer <token>" \
  -d '{"query": "hotels in Paris", "limit": 5}'
curl -f https://api.your-domain.com/health/detailed
time curl -X POST https://api.your-domain.com/memory/search \
  -H "Authorization: Bearer $TEST_TOKEN" \
  -d '{"query": "test search", "limit": 5}'
`

// The guide's lines work when no more than the address and the token are put in.
func testGuide(t *testing.T, m *machine) {
	u := m.traveller(t, "guide")
	u.newTrip(t, "A week in Lisbon")
	u.must(t, 201, "POST", "/chat/sessions", `{"title":"Where to eat"}`)
	u.must(t, 201, "POST", "/memory", `{"content":"A small hotel in Paris"}`)
	wants := []string{
		`{"status":"up"}`, `"name":"A week in Lisbon"`, `"title":"Where to eat"`, `"name":"Lisbon"`,
		`"content":"A small hotel in Paris"`, `"status":"up"`, `"content":"A small hotel in Paris"`,
	}

	home := t.TempDir() // what else we want of curl is in its settings: the lines stay as they are
	writeFile(t, filepath.Join(home, ".curlrc"), "silent\nmax-time = 30\nwrite-out = \"\\n%{http_code}\\n\"\n")
	lines := strings.NewReplacer("https://api.your-domain.com", u.url, "<token>", u.token).Replace(strings.ReplaceAll(guide, "\\\n", " "))
	for n, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		cmd := exec.CommandContext(t.Context(), "bash", "-e")
		cmd.Stdin = strings.NewReader(line) // the token is in no process's arguments but curl's own
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TEST_TOKEN=" + u.token}
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		require.NoError(t, err, "%s\n%s%s", line, out, &stderr)
		body, status, _ := strings.Cut(string(out), "\n")
		assert.Equal(t, "200", strings.TrimSpace(status), "%s\n%s", line, out)
		assert.Contains(t, body, wants[n], line)
	}

	// wscat -c "wss://api.your-domain.com/ws?token=<token>"
	conn := u.watch(t)
	u.newTrip(t, "Another week")
	sees(t, conn, "insert", "Another week")
	require.NoError(t, conn.Close(websocket.StatusNormalClosure, ""))
}
