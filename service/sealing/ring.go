package sealing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// KeySize is the length of a key in bytes: AES-256.
const KeySize = 32

const (
	version    = 1
	keyIDSize  = 8
	headerSize = 1 + keyIDSize
	nonceSize  = 12
	tagSize    = 16
	// overhead is by how much a sealed value is longer than the plain one.
	overhead = headerSize + nonceSize + tagSize
)

// The errors of Open. None of them, and no other error of this package, shows anything of a key, a
// sealed value or a plain one.
var (
	// ErrFormat means that the value was not made by this package, or is cut short.
	ErrFormat = errors.New("not a sealed value")
	// ErrUnknownKey means that the key that sealed the value is not in the ring.
	ErrUnknownKey = errors.New("sealed with a key that is not in the ring")
	// ErrRefused means that the value was changed, or belongs elsewhere: its binding is another.
	ErrRefused = errors.New("the sealed value was changed or is bound to something else")
)

// Ring seals with its first key and opens with all of them. It is safe for concurrent use.
type Ring struct{ keys []key }

// key is a cipher with the header of what it seals.
type key struct {
	header []byte
	aead   cipher.AEAD // makes the nonces itself
}

// New makes a ring of keys of KeySize random bytes. It copies them. The error names every key that
// is wrong, by its place.
func New(keys [][]byte) (*Ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("no encryption key: at least one is needed")
	}
	ring := &Ring{keys: make([]key, 0, len(keys))}
	var faults []error
	for i, secret := range keys {
		made, err := newKey(secret)
		if err == nil && ring.find(made.header) != nil {
			err = errors.New("is the same as an earlier one")
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("encryption key %d of %d %w", i+1, len(keys), err))
			continue
		}
		ring.keys = append(ring.keys, made)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return ring, nil
}

func newKey(secret []byte) (key, error) {
	if len(secret) != KeySize {
		return key{}, fmt.Errorf("is %d bytes long, expected %d", len(secret), KeySize)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return key{}, fmt.Errorf("is not usable: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return key{}, fmt.Errorf("is not usable: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("tripsage sealing key id"))
	header := append([]byte{version}, mac.Sum(nil)[:keyIDSize]...)
	return key{header: header, aead: aead}, nil
}

// Seal encrypts plain with the first key. The result opens only with the same binding. It never
// fails: the error is there for service.Sealer.
func (r *Ring) Seal(plain, binding []byte) ([]byte, error) {
	first := r.keys[0]
	sealed := make([]byte, headerSize, overhead+len(plain))
	copy(sealed, first.header)
	return first.aead.Seal(sealed, nil, plain, first.bound(binding)), nil
}

// Open decrypts what Seal made. Its errors are ErrFormat, ErrUnknownKey and ErrRefused.
func (r *Ring) Open(sealed, binding []byte) ([]byte, error) {
	if len(sealed) < overhead || sealed[0] != version {
		return nil, ErrFormat
	}
	header := sealed[:headerSize]
	sealer := r.find(header)
	if sealer == nil {
		return nil, ErrUnknownKey
	}
	plain, err := sealer.aead.Open(nil, nil, sealed[headerSize:], sealer.bound(binding))
	if err != nil {
		return nil, ErrRefused
	}
	return plain, nil
}

// find returns the key of the header, or nil. Headers are public, so the comparison need not hide
// how long it takes.
func (r *Ring) find(header []byte) *key {
	i := slices.IndexFunc(r.keys, func(k key) bool { return bytes.Equal(k.header, header) })
	if i < 0 {
		return nil
	}
	return &r.keys[i]
}

// bound is what the tag also covers: the header, which has a fixed length, and the binding.
func (k key) bound(binding []byte) []byte { return slices.Concat(k.header, binding) }
