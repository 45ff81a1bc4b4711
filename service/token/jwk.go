package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/MicahParks/jwkset"
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

// parseKeys reads a JSON Web Key Set (RFC 7517). Keys for other purposes, and those that make no
// sense, are left out: one of them must not take the others with it.
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
		var marshal jwkset.JWKMarshal
		if json.Unmarshal(data, &marshal) != nil || marshal.KID == "" {
			continue
		}
		if key, ok := usable(marshal); ok {
			keys[marshal.KID] = key
		}
	}
	return keys, nil
}

// usable makes a key of the numbers in a JWK. Certificates in it mean nothing to us, and their
// addresses even less.
func usable(jwk jwkset.JWKMarshal) (publicKey, bool) {
	if jwk.USE != "" && jwk.USE != jwkset.UseSig {
		return publicKey{}, false
	}
	numbers := jwkset.JWKMarshal{KTY: jwk.KTY, CRV: jwk.CRV, X: jwk.X, Y: jwk.Y, N: jwk.N, E: jwk.E}
	parsed, err := jwkset.NewJWKFromMarshal(numbers, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return publicKey{}, false
	}
	var result publicKey
	switch key := parsed.Key().(type) {
	case *ecdsa.PublicKey:
		if _, err := key.ECDH(); err != nil || key.Curve != elliptic.P256() {
			return publicKey{}, false // not on the curve, or not on ours
		}
		result = publicKey{algES256, key}
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSA || bits > maxRSA {
			return publicKey{}, false
		}
		result = publicKey{algRS256, key}
	case ed25519.PublicKey:
		result = publicKey{algEdDSA, key}
	}
	return result, result.key != nil && (jwk.ALG == "" || jwk.ALG.String() == result.algorithm)
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
