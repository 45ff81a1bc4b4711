package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

// tester is a test, or one draw of rapid.
type tester interface {
	require.TestingT
	Helper()
}

// person is a user of Supabase.
type person struct {
	id    string // a UUID
	email string
	token string // good for an hour
}

// someone makes a person whom nobody has seen before. The email and the token are planted.
func someone(name string) person {
	p := person{id: uuid.NewString(), email: secret(name) + "@example.com"}
	p.token = p.sign(func(*apitoken.Claims) {})
	return p
}

// sign makes another token of the person.
func (p person) sign(change func(*apitoken.Claims)) string {
	now := time.Now()
	claims := apitoken.Claims{
		User: service.UserID(p.id), Email: p.email, Audience: "authenticated", Issued: now, Expires: now.Add(time.Hour),
	}
	change(&claims)
	token, err := apitoken.Sign([]byte(jwtSecret), claims)
	if err != nil {
		panic(err)
	}
	plant(token[strings.LastIndex(token, ".")+1:])
	return token
}

// client makes requests to one process.
type client struct {
	api   *api
	token string // "" for none
	http  *http.Client
}

// as returns a client of the process with the person's token.
func (a *api) as(p person) *client { return a.with(p.token) }

// with returns a client with a token.
func (a *api) with(token string) *client {
	return &client{api: a, token: token, http: &http.Client{
		Timeout: patience, Transport: &a.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do makes a request that must be answered. headers are names and values in turn; a body is JSON
// unless they say otherwise. The answer is held against the OpenAPI document.
func (c *client) do(t tester, method, path, body string, headers ...string) answer {
	t.Helper()
	got, err := c.try(t, method, path, body, headers...)
	require.NoError(t, err)
	return got
}

// try is do for a process that may not answer.
func (c *client) try(t tester, method, path, body string, headers ...string) (answer, error) {
	t.Helper()
	request, err := http.NewRequest(method, c.api.url+path, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{response.StatusCode, response.Header, data}
	checkAnswer(t, request, got)
	return got, nil
}

// make creates something and returns its id.
func (c *client) make(t tester, path, body string) string {
	t.Helper()
	return c.do(t, http.MethodPost, path, body).is(t, http.StatusCreated).id(t)
}

// is wants a status.
func (a answer) is(t tester, status int) answer {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	return a
}

// fails wants a problem document with a status and a code.
func (a answer) fails(t tester, status int, code service.Code) answer {
	t.Helper()
	require.Equal(t, string(code), a.is(t, status).json(t)["code"], "%s", a.body)
	return a
}

// json is the body, an object. Numbers stay as they are written.
func (a answer) json(t tester) map[string]any {
	t.Helper()
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&object), "%s", a.body)
	return object
}

// items are those of a list.
func (a answer) items(t tester) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	require.NoError(t, json.Unmarshal(a.body, &list), "%s", a.body)
	return list.Items
}

func (a answer) id(t tester) string {
	t.Helper()
	id, ok := a.json(t)["id"].(json.Number)
	require.True(t, ok, "%s", a.body)
	_, err := strconv.ParseInt(id.String(), 10, 64)
	require.NoError(t, err)
	return id.String()
}

// socket is an open websocket.
type socket struct{ *websocket.Conn }

// watch opens a websocket, with the token in the query, and reads the greeting.
func (c *client) watch(t testing.TB) socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, c.api.url+"/ws?token="+c.token, nil) //nolint:bodyclose // there is none after an upgrade
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	s := socket{conn}
	require.Equal(t, "hello", s.next(t)["type"])
	exercise(document(t).doc.Paths.Value("/ws").Get)
	return s
}

// next waits for a message.
func (s socket) next(t testing.TB) map[string]any {
	t.Helper()
	message, err := s.read(t)
	require.NoError(t, err)
	return message
}

// read waits for a message, or for the end of the socket: websocket.CloseStatus of the error.
func (s socket) read(t testing.TB) (map[string]any, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	kind, data, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	assert.Equal(t, websocket.MessageText, kind)
	var message map[string]any
	require.NoError(t, json.Unmarshal(data, &message), "%s", data)
	return message, nil
}

// change wants the next message to be the change of a table. A process that has just begun to listen
// may say resync before it.
func (s socket) change(t testing.TB, table, op string) map[string]any {
	t.Helper()
	message := s.next(t)
	if message["type"] == "resync" {
		message = s.next(t)
	}
	require.Equal(t, []any{"change", table, op}, []any{message["type"], message["table"], message["op"]}, "%v", message)
	return message
}
