package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	localStack = "config: {tripsage:environment: local}\n"
	// the key of the tests' Secret
	signingKey = "0123456789012345678901234567890123456789"
)

func withSecret() *apiServer {
	return &apiServer{secrets: map[string]map[string][]byte{"tripsage-api": {"jwt-secret": []byte(signingKey)}}}
}

func wanted() wantedToken { return wantedToken{user: "Ada@example.com", expires: time.Hour} }

// Standard output is the token alone, so that a shell can take it as it is.
func TestTokenIsAllOfStandardOutput(t *testing.T) {
	var out, notes bytes.Buffer
	want := wanted()
	want.scopes = []string{"trips:read", "search:read"}
	stack := "config: {tripsage:environment: local, tripsage:auth: {issuer: 'https://a.io/auth/v1', audience: people}}\n"
	require.NoError(t, printToken(t.Context(), withSecret().settingsFor(t, stack), want, &out, &notes))
	text := strings.TrimSuffix(out.String(), "\n")
	assert.NotContains(t, text, "\n")

	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return []byte(signingKey), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience("people"), jwt.WithIssuer("https://a.io/auth/v1"), jwt.WithExpirationRequired())
	require.NoError(t, err)
	assert.Equal(t, string(userOf("ada@example.com")), claims["sub"])
	assert.Equal(t, "Ada@example.com", claims["email"])
	assert.Equal(t, "authenticated", claims["role"])
	assert.Equal(t, "trips:read search:read", claims["scope"])
	assert.InDelta(t, time.Hour.Seconds(), claims["exp"].(float64)-claims["iat"].(float64), 0)
	assert.Contains(t, notes.String(), "for the API of stack x until ")
	assert.NotContains(t, notes.String(), text)
}

// An API of deploy/compose.yaml is on no cluster: its secret comes in a file.
func TestTokenOfASecretInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(signingKey+"\n"), 0o600))
	var out, notes bytes.Buffer
	want := wanted()
	want.secretFile = file
	require.NoError(t, printToken(t.Context(), &settings{stack: "local"}, want, &out, &notes))
	_, err := jwt.Parse(strings.TrimSpace(out.String()), func(*jwt.Token) (any, error) { return []byte(signingKey), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience("authenticated"))
	require.NoError(t, err)
	assert.Contains(t, notes.String(), "for the API with the secret in "+file)

	require.NoError(t, os.WriteFile(file, []byte("short"), 0o600))
	assert.ErrorContains(t, printToken(t.Context(), &settings{}, want, &out, &notes), "the API with the secret in "+file)
	want.secretFile = "/nowhere"
	assert.ErrorContains(t, printToken(t.Context(), &settings{}, want, &out, &notes), "--secret-file: open /nowhere")
}

func TestTokenWithoutScopesIsNotLimited(t *testing.T) {
	var out, notes bytes.Buffer
	s := withSecret().settingsFor(t, localStack)
	s.json = true
	require.NoError(t, printToken(t.Context(), s, wanted(), &out, &notes))
	var made signed
	require.NoError(t, json.Unmarshal(out.Bytes(), &made))
	claims := jwt.MapClaims{}
	_, _, err := jwt.NewParser().ParseUnverified(made.Token, claims)
	require.NoError(t, err)
	assert.NotContains(t, claims, "scope")
	assert.Equal(t, made.User, claims["sub"])
	assert.Empty(t, notes.String())
}

// The same person is the same user everywhere, and nobody else is.
func TestUserOfAnAddress(t *testing.T) {
	assert.Equal(t, "3d21f9ee-d85e-5a10-bda2-dff7da80567a", string(userOf("ada@example.com")))
	assert.Equal(t, userOf("ada@example.com"), userOf("ADA@Example.com"))
	assert.NotEqual(t, userOf("ada@example.com"), userOf("eve@example.com"))
}

func TestTokenFlags(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*wantedToken)
		want   string
	}{
		"nobody":       {func(w *wantedToken) { w.user = "" }, `--user "": expected an e-mail address`},
		"no address":   {func(w *wantedToken) { w.user = "ada" }, `--user "ada": expected an e-mail address`},
		"a full name":  {func(w *wantedToken) { w.user = "Ada <ada@example.com>" }, `expected an e-mail address`},
		"a scope":      {func(w *wantedToken) { w.scopes = []string{"trip:read"} }, `--scope "trip:read": expected one of profile:read, `},
		"no time":      {func(w *wantedToken) { w.expires = 0 }, `--expires 0s: expected 1s to 168h0m0s`},
		"for ever":     {func(w *wantedToken) { w.expires = 169 * time.Hour }, `--expires 169h0m0s: expected 1s to`},
		"in the past":  {func(w *wantedToken) { w.expires = -time.Hour }, `--expires -1h0m0s: expected`},
		"all together": {func(w *wantedToken) { w.user, w.expires = "", 0 }, "\n--expires"},
	} {
		want := wanted()
		row.change(&want)
		_, err := want.claims(time.Now())
		assert.ErrorContains(t, err, row.want, name)
	}
}

func TestTokenSaysWhyThereIsNone(t *testing.T) {
	protected := "config: {tripsage:environment: production, tripsage:kubernetes: {context: c, namespace: tripsage}, tripsage:auth: {jwtSecret: {secure: x}}}\n"
	for name, row := range map[string]struct {
		server *apiServer
		stack  string
		want   string
	}{
		"only others sign": {withSecret(), "config: {tripsage:environment: local, tripsage:auth: {generateSecret: false, jwksURL: 'https://a.supabase.co/k'}}\n",
			`stack "x" has no secret to sign with: its tokens come from Supabase (tripsage:auth.jwksURL https://a.supabase.co/k)`},
		"not up":       {&apiServer{}, localStack, `there is no Secret tripsage-api in namespace tripsage: bring the stack "x" up first`},
		"an older one": {&apiServer{secrets: map[string]map[string][]byte{"tripsage-api": {}}}, localStack, "has no jwt-secret: the stack's file was changed"},
		"protected":    {withSecret(), protected, `stack "x" is protected (tripsage:kubernetes.protect)`},
		"too short": {&apiServer{secrets: map[string]map[string][]byte{"tripsage-api": {"jwt-secret": []byte("short")}}}, localStack,
			"the secret has 5 bytes, it needs at least 32"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, notes bytes.Buffer
			err := printToken(t.Context(), row.server.settingsFor(t, row.stack), wanted(), &out, &notes)
			assert.ErrorContains(t, err, row.want)
			assert.Empty(t, out.String())
		})
	}
	want := wanted()
	want.force = true
	var out, notes bytes.Buffer
	require.NoError(t, printToken(t.Context(), withSecret().settingsFor(t, protected), want, &out, &notes))
	assert.NotEmpty(t, out.String())
}
