package apitest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ours = "https://app.example.com"

// strangers are origins that look like ours.
var strangers = []string{
	"https://evil.example.com", "http://app.example.com", "https://app.example.com.evil.example", "https://app.example.com:8443",
	"https://xapp.example.com", "null", "https://app.example.com/", "https://APP.example.com@evil.example", "*",
}

func TestOriginsOfPages(t *testing.T) {
	a, ada := start(t), someone("ada")
	c := a.as(ada)
	got := c.do(t, "GET", "/trips", "", "Origin", ours).is(t, 200)
	assert.Equal(t, ours, got.header.Get("Access-Control-Allow-Origin"))
	assert.Empty(t, got.header.Get("Access-Control-Allow-Credentials"))
	assert.Contains(t, got.header.Values("Vary"), "Origin")
	preflight := a.with("").do(t, "OPTIONS", "/trips/1", "", "Origin", ours, "Access-Control-Request-Method", "PATCH").is(t, 204)
	assert.Contains(t, preflight.header.Get("Access-Control-Allow-Methods"), "PATCH")
	assert.Contains(t, preflight.header.Get("Access-Control-Allow-Headers"), "If-Match")
	// A page must be able to read why it was refused, too.
	assert.Equal(t, ours, a.with("").do(t, "GET", "/trips", "", "Origin", ours).is(t, 401).header.Get("Access-Control-Allow-Origin"))
	for _, origin := range strangers {
		for method, headers := range map[string][]string{
			"GET": {"Origin", origin}, "OPTIONS": {"Origin", origin, "Access-Control-Request-Method", "PATCH"},
		} {
			for name := range c.do(t, method, "/trips", "", headers...).header {
				assert.False(t, strings.HasPrefix(name, "Access-Control"), "%s %s: %s", method, origin, name)
			}
		}
	}
}

func TestOriginsOfSockets(t *testing.T) {
	a, ada := start(t), someone("ada")
	dial := func(origin string) (int, error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		conn, response, err := websocket.Dial(ctx, a.url+"/ws?token="+ada.token, //nolint:bodyclose // the library has closed it
			&websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		require.NotNil(t, response)
		if err == nil {
			_ = conn.CloseNow()
		}
		return response.StatusCode, err
	}
	status, err := dial(ours)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, status)
	for _, origin := range append(strangers, "http://"+a.addr) { // not even the API's own
		status, err := dial(origin)
		require.Error(t, err, origin)
		assert.Equal(t, http.StatusForbidden, status, origin)
	}
}
