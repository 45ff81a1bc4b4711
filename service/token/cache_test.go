package apitoken

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

func digestOf(n int) digest {
	var data [8]byte
	binary.BigEndian.PutUint64(data[:], uint64(n))
	return sha256.Sum256(data[:])
}

func TestCacheIsBounded(t *testing.T) {
	now := time.Now()
	c := newCache()
	by := service.Principal{Claims: make([]byte, 1<<10), Expires: now.Add(time.Hour)}
	for i := range 5 * maxCached {
		c.put(0, digestOf(i), by)
		require.LessOrEqual(t, len(c.young)+len(c.old), 2*maxCached)
		_, ok := c.get(digestOf(0), now)
		require.True(t, ok, "what is used stays")
	}
	_, ok := c.get(digestOf(1), now)
	assert.False(t, ok)

	large := service.Principal{Claims: make([]byte, maxToken), Expires: now.Add(time.Hour)}
	for i := range 5 * maxCached {
		c.put(0, digestOf(-i), large)
		require.LessOrEqual(t, c.bytes, maxCachedBytes)
	}
	assert.LessOrEqual(t, len(c.young), maxCachedBytes/maxToken)
}

// A token is remembered only until it ends, and only when no key was dropped since it was checked.
func TestCacheProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCache()
		now := time.Now()
		ends, epochs := map[int]time.Time{}, map[int]int{}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				n := rapid.IntRange(0, 20).Draw(t, "token")
				epoch := c.current() - rapid.IntRange(0, 1).Draw(t, "late")
				end := now.Add(time.Duration(rapid.IntRange(-10, 100).Draw(t, "seconds")) * time.Second)
				c.put(epoch, digestOf(n), service.Principal{User: service.UserID(rune('a' + n)), Expires: end})
				if epoch == c.current() {
					ends[n], epochs[n] = end, epoch
				}
			},
			"clear": func(*rapid.T) { c.clear() },
			"wait":  func(t *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "seconds")) * time.Second) },
			"get": func(t *rapid.T) {
				n := rapid.IntRange(0, 20).Draw(t, "token")
				by, ok := c.get(digestOf(n), now)
				end, put := ends[n]
				require.Equal(t, put && epochs[n] == c.current() && now.Before(end), ok)
				if ok {
					require.Equal(t, service.UserID(rune('a'+n)), by.User)
				}
			},
		})
	})
}

func TestRememberedTokensEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, seen := verifier(t, nil, nil)
		token := hs256(t, jwt.MapClaims{"exp": time.Now().Add(time.Minute).Unix()})
		_, err := v.Authenticate(t.Context(), token)
		require.NoError(t, err)
		time.Sleep(time.Minute + leeway - time.Nanosecond)
		_, err = v.Authenticate(t.Context(), token)
		require.NoError(t, err)
		time.Sleep(time.Nanosecond)
		_, err = v.Authenticate(t.Context(), token)
		assert.Equal(t, service.CodeUnauthenticated, service.CodeOf(err))
		assert.Equal(t, "authentication expired", seen.last())
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	keys := newIssuer(b)
	for name, token := range map[string]string{
		"HS256": hs256(b, nil),
		"ES256": mint(b, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "ec"),
		"RS256": mint(b, jwt.SigningMethodRS256, keys.rsa, good(nil), "kid", "rsa"),
	} {
		v, _ := verifier(b, &endpoint{answer: serving(200, keys.keySet(b))}, func(o *Options) { o.Observer = service.Unobserved{} })
		b.Run(name+"/checked", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.verify(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/remembered", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Authenticate(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
