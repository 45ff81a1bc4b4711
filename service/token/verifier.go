// Package apitoken checks the bearer tokens that Supabase Auth gives to users, and makes such tokens
// for operators and tests.
package apitoken

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	// leeway is how far our clock and the issuer's may be apart, as PostgREST has it.
	leeway = 30 * time.Second
	// maxToken bounds a token in bytes. The limit of all headers together is 16 KiB.
	maxToken = 8 << 10
	// MinSecret is the least length of a secret in bytes: that of an HMAC-SHA256 (RFC 7518, 3.2).
	MinSecret = 32
)

// Options say which tokens are good. There must be a Secret, or a KeysURL, or both.
type Options struct {
	Secret   []byte // of HS256 tokens, at least MinSecret bytes
	KeysURL  string // of the JSON Web Key Set for ES256, RS256 and EdDSA tokens
	Audience string // that a token's aud must name
	Issuer   string // that a token's iss must be; "" allows any
	Observer service.Observer
	Log      *slog.Logger // gets a warning when the key set cannot be read
}

// Verifier checks tokens. It is safe for concurrent use.
type Verifier struct {
	options Options
	parser  *jwt.Parser
	keys    *keySet // nil without a KeysURL
	cache   *cache
}

// New returns a verifier. It asks KeysURL when it first needs a key, so a slow endpoint does not
// delay the start of the API.
func New(options Options) (*Verifier, error) {
	var algorithms []string
	if len(options.Secret) > 0 {
		if len(options.Secret) < MinSecret {
			return nil, fmt.Errorf("the secret of the tokens has %d bytes, it needs at least %d", len(options.Secret), MinSecret)
		}
		algorithms = append(algorithms, jwt.SigningMethodHS256.Alg())
	}
	v := &Verifier{options: options, cache: newCache()}
	if options.KeysURL != "" {
		algorithms = append(algorithms, algES256, algRS256, algEdDSA)
		v.keys = newKeySet(options.KeysURL, options.Log, v.cache.clear)
	}
	if len(algorithms) == 0 {
		return nil, errors.New("tokens need a secret or the address of a key set to be checked with")
	}
	v.parser = jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithStrictDecoding(),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway))
	return v, nil
}

// Authenticate returns whose token it is. The error is CodeUnauthenticated for a token that is not
// good, CodeForbidden for one that is meant for others, and CodeDependencyDown when nobody can
// tell, because the key set cannot be read. Expires is when this API stops to accept the token, which
// is the leeway after its exp. The principal is shared: nothing in it may be changed.
func (v *Verifier) Authenticate(ctx context.Context, token string) (service.Principal, error) {
	by, err := v.authenticate(ctx, token)
	label := "accepted"
	if err != nil {
		var refused *refusal
		if !errors.As(err, &refused) {
			return service.Principal{}, err // the client is gone, or its time is over
		}
		label = refused.label
		err = &service.Error{Code: refused.code, Err: refused}
	}
	v.options.Observer.Count(service.EventAuthentication, label)
	return by, err
}

// authenticate remembers good tokens until they end: a client sends the same one many times, and
// checking a signature takes longer than all else that happens to a request here.
func (v *Verifier) authenticate(ctx context.Context, token string) (service.Principal, error) {
	if len(token) > maxToken {
		return service.Principal{}, malformed(errors.New("longer than any token"))
	}
	sum := sha256.Sum256([]byte(token))
	if by, ok := v.cache.get(sum, time.Now()); ok {
		if v.keys != nil {
			v.keys.freshen()
		}
		return by, nil
	}
	if !wellFormed(token) {
		return service.Principal{}, malformed(errors.New("not three parts of base64url"))
	}
	epoch := v.cache.current()
	by, err := v.verify(ctx, token)
	if err != nil {
		return service.Principal{}, err
	}
	v.cache.put(epoch, sum, by)
	return by, nil
}

// verify checks the signature and then the claims.
func (v *Verifier) verify(ctx context.Context, token string) (service.Principal, error) {
	claims := jwt.MapClaims{}
	parsed, err := v.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return v.key(ctx, t) })
	if err != nil {
		return service.Principal{}, explain(err)
	}
	return v.principal(parsed, claims)
}

// key returns the key that the token's signature is to be checked with. The parser has made sure
// that the algorithm is one of ours; the key must be made for it.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	if _, critical := t.Header["crit"]; critical {
		return nil, forged(errors.New("it has critical extensions, and we know none"))
	}
	if t.Method == jwt.SigningMethodHS256 {
		return v.options.Secret, nil
	}
	id, _ := t.Header["kid"].(string)
	if id == "" {
		return nil, forged(errors.New("it does not name its key"))
	}
	return v.keys.find(ctx, id, t.Method.Alg())
}

// wellFormed says whether a token is made of the right characters. The decoder would skip line
// breaks.
func wellFormed(token string) bool {
	dots := 0
	for i := range len(token) {
		switch c := token[i]; {
		case c == '.':
			dots++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return dots == 2
}
