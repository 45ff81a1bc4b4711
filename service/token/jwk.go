package apitoken

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
)

// The algorithms that a key set may be for.
const (
	algES256 = "ES256"
	algRS256 = "RS256"
	algEdDSA = "EdDSA"
)

// An RSA key that is longer takes too long to use, and one that is shorter too little to break.
const minRSA, maxRSA = 2048, 8192 // bits

// publicKey is a key of a set. Each key is for one algorithm, so that no token can choose another.
type publicKey struct {
	algorithm string
	key       comparableKey
}

// comparableKey is what the standard library's public keys have in common.
type comparableKey interface {
	Equal(other crypto.PublicKey) bool
}

// jwk is a JSON Web Key (RFC 7517) with the parameters of its type (RFC 7518 and 8037).
type jwk struct {
	Type      string `json:"kty"`
	ID        string `json:"kid"`
	Use       string `json:"use,omitempty"`
	Algorithm string `json:"alg,omitempty"`
	Curve     string `json:"crv,omitempty"`
	X         number `json:"x,omitempty"`
	Y         number `json:"y,omitempty"`
	N         number `json:"n,omitempty"`
	E         number `json:"e,omitempty"`
}

// number is the bytes of base64url.
type number []byte

// MarshalText writes base64url.
func (n number) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, n), nil
}

// UnmarshalText reads base64url.
func (n *number) UnmarshalText(text []byte) error {
	data, err := base64.RawURLEncoding.Strict().AppendDecode(nil, text)
	*n = data
	return err
}

// parseKeys reads a JSON Web Key Set. Keys for other purposes, and those that make no sense, are
// left out: one of them must not take the others with it.
func parseKeys(data []byte) (map[string]publicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("the key set is not JSON: %w", err)
	}
	if set.Keys == nil {
		return nil, errors.New(`the answer is no key set: it has no "keys"`)
	}
	keys := map[string]publicKey{}
	for _, data := range set.Keys {
		var k jwk
		if json.Unmarshal(data, &k) != nil || k.ID == "" || k.Use != "" && k.Use != "sig" {
			continue
		}
		if key, ok := k.public(); ok && (k.Algorithm == "" || k.Algorithm == key.algorithm) {
			keys[k.ID] = key
		}
	}
	return keys, nil
}

// public makes a key of the numbers. Certificates that a JWK may have mean nothing to us, and their
// addresses even less.
func (k jwk) public() (publicKey, bool) {
	switch {
	case k.Type == "EC" && k.Curve == "P-256":
		point := append(append([]byte{4}, k.X...), k.Y...) // 4 is for "uncompressed"
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		return publicKey{algES256, key}, err == nil && len(k.X) == len(k.Y)
	case k.Type == "RSA":
		modulus, exponent := new(big.Int).SetBytes(k.N), new(big.Int).SetBytes(k.E)
		if bits := modulus.BitLen(); bits < minRSA || bits > maxRSA || !exponent.IsInt64() || exponent.Int64() > math.MaxInt32 {
			return publicKey{}, false
		}
		return publicKey{algRS256, &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}}, true
	case k.Type == "OKP" && k.Curve == "Ed25519" && len(k.X) == ed25519.PublicKeySize:
		return publicKey{algEdDSA, ed25519.PublicKey(k.X)}, true
	default:
		return publicKey{}, false
	}
}

// dropped says whether a key of before is not in after, or is another one there.
func dropped(before, after map[string]publicKey) bool {
	for id, key := range before {
		if now, still := after[id]; !still || !key.key.Equal(now.key) {
			return true
		}
	}
	return false
}
