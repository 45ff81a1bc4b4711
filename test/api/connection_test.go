package apitest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dial opens a connection for what no HTTP client would send.
func (a *api) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", a.addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(2*patience)))
	return conn
}

// say sends raw text, and returns the answer's status, 0 for a connection that ends without one, and
// what else came until the end of the connection.
func (a *api) say(t *testing.T, raw string) (status int, rest string) {
	t.Helper()
	conn := a.dial(t)
	_, err := io.WriteString(conn, raw)
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	_ = conn.(*net.TCPConn).CloseWrite()
	data, _ := io.ReadAll(reader)
	return response.StatusCode, string(data)
}

// TestRawRequests: what is no good HTTP, or could be read in two ways, is refused, and the
// connection with it.
func TestRawRequests(t *testing.T) {
	a, ada := start(t), someone("ada")
	head := "GET /trips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\n"
	post := "POST /trips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\n"
	for name, tc := range map[string]struct {
		raw    string
		status int
	}{
		"good":                    {head + "\r\n", 200},
		"huge header":             {head + "X-Filler: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431},
		"many headers":            {head + strings.Repeat("X-Filler: xxxxxxxx\r\n", 4000) + "\r\n", 431},
		"huge path":               {"GET /" + strings.Repeat("x", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		"two tokens":              {head + "Authorization: Bearer x\r\n\r\n", 401},
		"two hosts":               {head + "Host: y\r\n\r\n", 400},
		"no host":                 {"GET /trips HTTP/1.1\r\n\r\n", 400},
		"NUL in a header":         {head + "X-Filler: a\x00b\r\n\r\n", 400},
		"space before the colon":  {head + "X-Filler : a\r\n\r\n", 400},
		"NUL in the path":         {"GET /trips/%00 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\n\r\n", 422},
		"no UTF-8 in the path":    {"GET /trips/%ff%fe HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\n\r\n", 422},
		"dots in the path":        {"GET /trips/../../keys HTTP/1.1\r\nHost: x\r\n\r\n", 307},
		"two lengths":             {post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400},
		"negative length":         {post + "Content-Length: -1\r\n\r\n", 400},
		"length and chunks":       {post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /keys HTTP/1.1\r\nHost: x\r\n\r\n", 422},
		"unknown coding":          {post + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
		"chunk without a length":  {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		"body cut":                {post + "Content-Length: 1000000000000\r\n\r\n{", 413},
		"too large in chunks":     {post + "Transfer-Encoding: chunked\r\n\r\n180000\r\n" + strings.Repeat(" ", 0x180000) + "\r\n0\r\n\r\n", 413},
		"HTTP/2 in the clear":     {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
		"CONNECT":                 {"CONNECT evil.example.com:443 HTTP/1.1\r\nHost: evil.example.com\r\n\r\n", 404},
		"another method":          {"BREW /trips HTTP/1.1\r\nHost: x\r\n\r\n", 405},
		"an address of elsewhere": {"GET http://evil.example.com/trips HTTP/1.1\r\nHost: x\r\n\r\n", 401},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasSuffix(tc.raw, "\r\n\r\n") && tc.status < 500 && !strings.Contains(tc.raw, "Transfer-Encoding") {
				tc.raw = strings.Replace(tc.raw, "\r\n", "\r\nConnection: close\r\n", 1)
			}
			status, rest := a.say(t, tc.raw)
			assert.Equal(t, tc.status, status)
			assert.NotContains(t, rest, "HTTP/1.1 200")
		})
	}
	require.True(t, a.running())
	a.as(ada).do(t, "GET", "/trips", "").is(t, 200)
}

// TestSlowClients: those who send a byte now and then do not keep a connection. What they take is
// what the limits of the program are, so this test is as slow; it shares its time with others.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	a, ada := start(t), someone("ada")
	drip := func(t *testing.T, first, then string) (status int) {
		conn := a.dial(t)
		_, err := io.WriteString(conn, first)
		require.NoError(t, err)
		done := make(chan struct{})
		defer close(done)
		go func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(200 * time.Millisecond):
					if _, err := io.WriteString(conn, then); err != nil {
						return
					}
				}
			}
		}()
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the server still listens")
			return 0
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	for name, tc := range map[string]struct {
		first, then string
		status      int
	}{
		"headers":      {"GET /trips HTTP/1.1\r\nHost: x\r\n", "X-Drip: x\r\n", 0},
		"request line": {"GET /", "x", 400},
		"body":         {"POST /trips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\nContent-Length: 10000\r\n\r\n", " ", 408},
		"chunks":       {"POST /trips HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ada.token + "\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", 408},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.status, drip(t, tc.first, tc.then))
		})
	}
}
