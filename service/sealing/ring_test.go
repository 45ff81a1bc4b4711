package sealing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

var _ service.Sealer = (*Ring)(nil)

// numbered is a key that is the same in every run.
func numbered(n byte) []byte { return bytes.Repeat([]byte{n}, KeySize) }

func newRing(t testing.TB, keys ...[]byte) *Ring {
	t.Helper()
	ring, err := New(keys)
	require.NoError(t, err)
	return ring
}

func seal(t testing.TB, ring *Ring, plain, binding string) []byte {
	t.Helper()
	sealed, err := ring.Seal([]byte(plain), []byte(binding))
	require.NoError(t, err)
	return sealed
}

func TestRoundTrip(t *testing.T) {
	ring := newRing(t, numbered(1))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		binding := rapid.SliceOf(rapid.Byte()).Draw(t, "binding")
		sealed, err := ring.Seal(plain, binding)
		require.NoError(t, err)
		assert.Len(t, sealed, len(plain)+overhead)
		if len(plain) >= 8 {
			assert.False(t, bytes.Contains(sealed, plain), "the plain value shows")
		}
		opened, err := ring.Open(sealed, binding)
		require.NoError(t, err)
		assert.Equal(t, string(plain), string(opened))

		other := rapid.SliceOf(rapid.Byte()).Draw(t, "other binding")
		if !bytes.Equal(other, binding) {
			opened, err = ring.Open(sealed, other)
			assert.ErrorIs(t, err, ErrRefused)
			assert.Nil(t, opened)
		}
	})
}

// The format is stored for years: this opens one by the words of the package's comment alone.
func TestFormat(t *testing.T) {
	sealed := seal(t, newRing(t, numbered(7)), "sk-live-1234", "row 1")
	assert.Equal(t, []byte{1, 0xde, 0x89, 0x32, 0xae, 0x17, 0xdd, 0xa6, 0xed}, sealed[:headerSize])

	block, err := aes.NewCipher(numbered(7))
	require.NoError(t, err)
	aead, err := cipher.NewGCM(block)
	require.NoError(t, err)
	opened, err := aead.Open(nil, sealed[9:21], sealed[21:], append(bytes.Clone(sealed[:9]), "row 1"...))
	require.NoError(t, err)
	assert.Equal(t, "sk-live-1234", string(opened))
}

func TestEveryChangedBitIsNoticed(t *testing.T) {
	ring := newRing(t, numbered(1), numbered(2))
	sealed := seal(t, ring, "sk-live-1234", "row 1")
	for i := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[i/8] ^= 1 << (i % 8)
		opened, err := ring.Open(changed, []byte("row 1"))
		want := ErrRefused
		switch {
		case i/8 == 0:
			want = ErrFormat
		case i/8 < headerSize:
			want = ErrUnknownKey
		}
		require.Equal(t, want, err, "bit %d", i)
		require.Nil(t, opened)
	}
}

func TestEveryCutAndAddedByteIsNoticed(t *testing.T) {
	ring := newRing(t, numbered(1))
	sealed := seal(t, ring, "sk-live-1234", "row 1")
	for n := range sealed {
		_, err := ring.Open(sealed[:n], []byte("row 1"))
		want := ErrRefused
		if n < overhead {
			want = ErrFormat
		}
		require.Equal(t, want, err, "%d bytes", n)
	}
	_, err := ring.Open(append(sealed, 0), []byte("row 1"))
	assert.Equal(t, ErrRefused, err)
}

// What one key sealed must not pass as another's, even with the other's id written on it.
func TestKeyIDIsCovered(t *testing.T) {
	ring := newRing(t, numbered(1), numbered(2))
	sealed := seal(t, ring, "x", "row 1")
	copy(sealed, seal(t, newRing(t, numbered(2)), "x", "row 1")[:headerSize])
	_, err := ring.Open(sealed, []byte("row 1"))
	assert.Equal(t, ErrRefused, err)
}

func TestRotation(t *testing.T) {
	before := newRing(t, numbered(1))
	during := newRing(t, numbered(2), numbered(1))
	after := newRing(t, numbered(2))
	old, renewed := seal(t, before, "old", "row"), seal(t, during, "new", "row")

	opened, err := during.Open(old, []byte("row"))
	require.NoError(t, err)
	assert.Equal(t, "old", string(opened))
	opened, err = after.Open(renewed, []byte("row"))
	require.NoError(t, err, "the first key of the ring seals")
	assert.Equal(t, "new", string(opened))
	_, err = after.Open(old, []byte("row"))
	assert.Equal(t, ErrUnknownKey, err)
	_, err = before.Open(renewed, []byte("row"))
	assert.Equal(t, ErrUnknownKey, err)
}

func TestNoncesDiffer(t *testing.T) {
	ring := newRing(t, numbered(1))
	seen := map[string]bool{}
	for range 1000 {
		sealed := seal(t, ring, "same", "row")
		seen[string(sealed[headerSize:headerSize+nonceSize])] = true
	}
	assert.Len(t, seen, 1000)
}

func TestNewRefuses(t *testing.T) {
	_, err := New(nil)
	assert.EqualError(t, err, "no encryption key: at least one is needed")
	_, err = New([][]byte{numbered('s'), []byte("short and secret"), numbered('s'), {}})
	assert.EqualError(t, err, "encryption key 2 of 4 is 16 bytes long, expected 32\n"+
		"encryption key 3 of 4 is the same as an earlier one\n"+
		"encryption key 4 of 4 is 0 bytes long, expected 32")
}

func TestRingCopiesItsKeys(t *testing.T) {
	secret := numbered(1)
	ring := newRing(t, secret)
	sealed := seal(t, ring, "x", "row")
	clear(secret)
	opened, err := ring.Open(sealed, []byte("row"))
	require.NoError(t, err)
	assert.Equal(t, "x", string(opened))
}

// Nothing that a stranger can write opens, whatever it looks like.
func FuzzOpen(f *testing.F) {
	secret := make([]byte, KeySize)
	_, _ = rand.Read(secret) // not in the corpus, so no input can be a real sealed value
	ring := newRing(f, secret)
	f.Add([]byte{}, []byte{})
	f.Add(seal(f, newRing(f, numbered(1)), "x", "row"), []byte("row"))
	forged := append(bytes.Clone(ring.keys[0].header), make([]byte, 64)...)
	f.Add(forged[headerSize:], []byte("row"))
	f.Fuzz(func(t *testing.T, sealed, binding []byte) {
		for _, value := range [][]byte{sealed, append(bytes.Clone(ring.keys[0].header), sealed...)} {
			opened, err := ring.Open(value, binding)
			assert.Error(t, err)
			assert.Nil(t, opened)
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	ring := newRing(b, numbered(1))
	plain, binding := bytes.Repeat([]byte("k"), 64), []byte("api_keys\x00user\x00openai\x00work")
	b.ReportAllocs()
	for b.Loop() {
		sealed, _ := ring.Seal(plain, binding)
		if _, err := ring.Open(sealed, binding); err != nil {
			b.Fatal(err)
		}
	}
}
