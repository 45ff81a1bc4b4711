package apitest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guide has lines of docs/deployment-guide.md as they stand there, with the request that each makes.
var guide = []struct{ line, method, path, want string }{
	{`curl https://api.your-domain.com/health`, "GET", "/health", `{"status":"up"}`},
	{`curl -f https://api.your-domain.com/health/detailed`, "GET", "/health/detailed", `"status":"up"`},
	{`curl -H "Authorization: Bearer <token>" https://api.your-domain.com/trips`, "GET", "/trips", `"name":"A week in Lisbon"`},
	{`curl -H "Authorization: Bearer <token>" https://api.your-domain.com/chat/sessions`, "GET", "/chat/sessions", `"title":"Where to eat"`},
	{`curl -H "Authorization: Bearer <token>" https://api.your-domain.com/search/destinations`, "GET", "/search/destinations", `"name":"Lisbon"`},
	{`curl -X POST https://api.your-domain.com/memory/search \
  -H "Authorization: Bearer <token>" \
  -d '{"query": "hotels in Paris", "limit": 5}'`, "POST", "/memory/search", `"content":"A small hotel in Paris"`},
	{`time curl -X POST https://api.your-domain.com/memory/search \
  -H "Authorization: Bearer $TEST_TOKEN" \
  -d '{"query": "test search", "limit": 5}'`, "POST", "/memory/search", `"items":[{`},
}

func TestGuide(t *testing.T) {
	a, ada := start(t), someone("ada")
	c := a.as(ada)
	c.make(t, "/trips", aTrip)
	c.make(t, "/chat/sessions", `{"title":"Where to eat"}`)
	c.make(t, "/memory", `{"content":"A small hotel in Paris"}`)

	home := t.TempDir() // the lines stay as they are: what else a test wants of curl is in its settings
	require.NoError(t, os.WriteFile(filepath.Join(home, ".curlrc"), []byte("silent\ninclude\nmax-time = 20\n"), 0o600))
	for _, tc := range guide {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			line := strings.NewReplacer("https://api.your-domain.com", a.url, "<token>", ada.token).Replace(tc.line)
			cmd := exec.Command("bash", "-e", "-c", line) // #nosec G204 -- the guide's own
			cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TEST_TOKEN=" + ada.token}
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			require.NoError(t, err, "%s\n%s", out, &stderr)
			request, err := http.NewRequest(tc.method, a.url+tc.path, nil)
			require.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(out)), request)
			require.NoError(t, err, "%s", out)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			got := answer{response.StatusCode, response.Header, body}.is(t, http.StatusOK)
			checkAnswer(t, request, got)
			assert.Contains(t, string(got.body), tc.want)
		})
	}

	// wscat -c "wss://api.your-domain.com/ws?token=<token>": no origin, and compression on offer.
	t.Run("wscat", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		conn, _, err := websocket.Dial(ctx, strings.Replace(a.url, "http", "ws", 1)+"/ws?token="+ada.token, //nolint:bodyclose // none after an upgrade
			&websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
		require.NoError(t, err)
		s := socket{conn}
		assert.Equal(t, map[string]any{"type": "hello", "heartbeat_seconds": 25.0}, s.next(t))
		c.make(t, "/trips", aTrip)
		s.change(t, "trips", "insert")
		require.NoError(t, conn.Close(websocket.StatusNormalClosure, ""))
	})
}
