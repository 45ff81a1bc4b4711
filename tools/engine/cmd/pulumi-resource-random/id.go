package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// idType is for unique names. Its values are not secret.
func idType() resourceType {
	return resourceType{
		inputs: []input{
			{name: "keepers", kind: strs},
			{name: "byteLength", kind: whole, required: true},
			{name: "prefix", kind: text},
		},
		rules: func(in property.Map) []p.CheckFailure {
			if n := number(in, "byteLength"); n < 1 {
				return []p.CheckFailure{{Property: "byteLength", Reason: fmt.Sprintf("must be 1 or more, not %d", n)}}
			}
			return nil
		},
		outputs: []output{{name: "b64Std"}, {name: "b64Url"}, {name: "dec"}, {name: "hex"}},
		create:  createID,
	}
}

// createID returns the same bytes in four notations, each after the prefix.
func createID(in property.Map) (string, map[string]string, error) {
	raw := make([]byte, number(in, "byteLength"))
	if _, err := rand.Read(raw); err != nil {
		return "", nil, fmt.Errorf("read random bytes: %w", err)
	}
	prefix := stringOr(in, "prefix", "")
	id := base64.RawURLEncoding.EncodeToString(raw)
	return id, map[string]string{
		"b64Url": prefix + id,
		"b64Std": prefix + base64.StdEncoding.EncodeToString(raw),
		"hex":    prefix + hex.EncodeToString(raw),
		"dec":    prefix + new(big.Int).SetBytes(raw).String(),
	}, nil
}
